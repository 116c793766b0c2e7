#include "libanalysis/module_classes.h"

#include <map>
#include <memory>
#include <utility>

namespace heapsnap {
namespace {

std::string shown_name(const ModuleInfo& module) {
  return module.name.empty() ? "<unnamed>" : module.name;
}

std::string package_of(const ModuleInfo& module) {
  const std::string name = shown_name(module);
  return name.substr(0, name.find('.'));
}

// The modules of each class.
std::vector<std::vector<ModuleInfo>> grouped(const Graph& graph, ModuleGroup group) {
  std::vector<std::vector<ModuleInfo>> groups;
  std::map<std::string, std::size_t> place_of_package;
  for (ModuleInfo& module : list_modules(graph)) {
    std::size_t place = groups.size();
    if (group == ModuleGroup::kPackage) {
      place = place_of_package.try_emplace(package_of(module), place).first->second;
    }
    if (place == groups.size()) groups.emplace_back();
    groups[place].push_back(std::move(module));
  }
  return groups;
}

// The module that stands for its package.
ModuleInfo first_of(const std::vector<ModuleInfo>& modules) {
  for (const ModuleInfo& module : modules) {
    if (module.name == package_of(module)) return module;
  }
  return modules.front();
}

Selector objects(const Graph& graph, const std::vector<NodeId>& nodes) {
  Sum sum;
  for (const NodeId id : nodes) {
    sum.of.push_back({AtAddress{graph.address(id)}});
    sum.minus.push_back(false);
  }
  if (sum.of.size() == 1) return sum.of.front();
  return {std::move(sum)};
}

}  // namespace

ModuleClasses classify_modules(const Graph& graph, ModuleGroup group) {
  const auto groups = grouped(graph, group);
  ModuleClasses result{Classification(graph.node_count(), static_cast<KindId>(groups.size())), {}};
  std::vector<std::vector<NodeId>> members(groups.size());
  std::vector<std::string> names;
  for (KindId kind = 0; kind < groups.size(); ++kind) {
    for (const ModuleInfo& module : groups[kind]) {
      for (const NodeId id : {module.node, module.dict}) {
        if (id == kNoNode || result.classes.kind_of(id) != kNoKind) continue;
        result.classes.put(id, kind);
        members[kind].push_back(id);
      }
    }
    result.modules.push_back(first_of(groups[kind]));
    const ModuleInfo& module = result.modules.back();
    names.push_back(group == ModuleGroup::kPackage ? package_of(module) : shown_name(module));
  }
  const auto shared_members = std::make_shared<const std::vector<std::vector<NodeId>>>(members);
  const auto shared_names = std::make_shared<const std::vector<std::string>>(names);
  result.classes.name_kinds(
      {.name = [shared_names](KindId kind) { return (*shared_names)[kind]; },
       .selector = [&graph, shared_members](KindId kind) {
         return objects(graph, (*shared_members)[kind]);
       }});
  return result;
}

}  // namespace heapsnap
