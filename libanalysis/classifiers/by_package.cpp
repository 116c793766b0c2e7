#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/type_groups.h"

namespace heapsnap {
namespace {

std::string package_of(const TypeRecord& type) {
  const std::string_view module = type.module;
  return module_name(type, module.substr(0, module.find('.')));
}

// "Pillow 10.2" of the package PIL, if it is known where it came from and that came with no other.
std::string shown_name(const Graph& graph, const std::string& package) {
  const auto& known = graph.provenance().distributions;
  const auto at = std::ranges::find(known, package, &DistributionRecord::top_level);
  if (at == known.end()) return package;
  const auto is_of_it = [at](const DistributionRecord& other) { return other.name == at->name; };
  const std::string name = fmt::format("{} {}", at->name, at->version);
  return std::ranges::count_if(known, is_of_it) > 1 ? fmt::format("{} ({})", name, package) : name;
}

}  // namespace

Classification classify_by_package(const Graph& graph, const NodeSet& nodes) {
  std::vector<std::string> packages;
  for (TypeId type = 0; type < graph.type_count(); ++type) {
    packages.push_back(package_of(graph.type(type)));
  }
  const auto groups = std::make_shared<const TypeGroups>(packages);
  Classification result = classify_by_group(graph, nodes, *groups);
  result.name_kinds(
      {.name = [&graph, groups](KindId kind) { return shown_name(graph, groups->names[kind]); },
       .selector = [groups](KindId kind) { return of_kind("package", groups->names[kind]); },
       .key = [groups](KindId kind) { return groups->names[kind]; }});
  return result;
}

}  // namespace heapsnap
