#include <algorithm>

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "libanalysis/classifiers/all.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kSmall = 1 << 16;

// The sizes that occur, in increasing order. Most objects are small: a table is enough for them.
std::vector<std::uint64_t> sizes_of(const Graph& graph, const NodeSet& nodes) {
  std::vector<bool> small(kSmall);
  std::vector<std::uint64_t> sizes;
  for (const NodeId id : nodes) {
    const std::uint64_t size = graph.size(id);
    if (size < kSmall) {
      small[size] = true;
    } else {
      sizes.push_back(size);
    }
  }
  for (std::uint64_t size = 0; size < kSmall; ++size) {
    if (small[size]) sizes.push_back(size);
  }
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

}  // namespace

Classification classify_by_size(const Graph& graph, const NodeSet& nodes) {
  const auto sizes = std::make_shared<const std::vector<std::uint64_t>>(sizes_of(graph, nodes));
  const auto kind_of = [&sizes](std::uint64_t size) {
    return static_cast<KindId>(std::ranges::lower_bound(*sizes, size) - sizes->begin());
  };
  std::vector<KindId> small(kSmall);
  for (std::uint64_t size = 0; size < kSmall; ++size) small[size] = kind_of(size);

  Classification result(graph.node_count(), static_cast<KindId>(sizes->size()));
  for (const NodeId id : nodes) {
    const std::uint64_t size = graph.size(id);
    result.put(id, size < kSmall ? small[size] : kind_of(size));
  }
  result.name_kinds(
      {.name = [sizes](KindId kind) { return fmt::to_string((*sizes)[kind]); },
       .selector =
           [sizes](KindId kind) {
             return Selector{Compare{Quantity::kSize, Comparison::kEqual, (*sizes)[kind]}};
           }});
  return result;
}

}  // namespace heapsnap
