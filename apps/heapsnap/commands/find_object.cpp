#include "apps/heapsnap/commands/find_object.h"

#include <fmt/format.h>

#include <charconv>

namespace heapsnap {

Result<Address> parse_address(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('@')) digits.remove_prefix(1);
  const bool prefixed = digits.starts_with("0x") || digits.starts_with("0X");
  if (prefixed) digits.remove_prefix(2);
  Address address = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address, 16);
  if (!prefixed || digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    return failure(ErrorCode::kUsage,
                   fmt::format("'{}' is no object; expected its address, such as @0x7f21a0c3d40",
                               text));
  }
  return address;
}

Result<NodeId> find_object(const Graph& graph, Address address, const std::string& file) {
  const NodeId id = graph.find(address);
  if (id == kNoNode) {
    return failure(ErrorCode::kUsage,
                   fmt::format("no object of {} starts at @{:#x}", file, address));
  }
  return id;
}

}  // namespace heapsnap
