#include "libanalysis/classifiers/type_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libanalysis/reserved_names.h"

namespace heapsnap {

TypeGroups::TypeGroups(const std::vector<std::string>& name_of_type) : names(name_of_type) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : name_of_type) {
    kind_of_type.push_back(
        static_cast<KindId>(std::ranges::lower_bound(names, name) - names.begin()));
  }
}

Selector of_kind(std::string attribute, std::string_view name) {
  return {OfKind{{.name = std::move(attribute)}, exactly(name)}};
}

bool type_is_called(const Graph& graph, TypeId type, const Glob& name) {
  const std::string shown = graph.type_name(type);
  const std::string address = fmt::format("@{:#x}", graph.type(type).address);
  const bool has_address = shown.ends_with(address);
  const std::string plain = has_address ? shown.substr(0, shown.size() - address.size()) : shown;
  const bool is_ours = has_address && is_reserved(plain);  // the bare name, which is not its own
  return (!is_ours && name.matches(plain)) || name.matches(plain + address);
}

std::string module_name(const TypeRecord& type, std::string_view part) {
  constexpr const char* kUnknown = "<unknown>";
  return type.module.empty() ? kUnknown : apart_from(kUnknown, std::string(part));
}

std::string module_name(const TypeRecord& type) {
  return module_name(type, type.module);
}

Classification classify_by_group(const Graph& graph, const NodeSet& nodes,
                                 const TypeGroups& groups) {
  Classification result(graph.node_count(), static_cast<KindId>(groups.names.size()));
  for (const NodeId id : nodes) result.put(id, groups.kind_of_type[graph.type_of(id)]);
  return result;
}

}  // namespace heapsnap
