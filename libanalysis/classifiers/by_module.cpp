#include <memory>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/type_groups.h"

namespace heapsnap {

Classification classify_by_module(const Graph& graph, const NodeSet& nodes) {
  std::vector<std::string> modules;
  for (TypeId type = 0; type < graph.type_count(); ++type) {
    modules.push_back(module_name(graph.type(type)));
  }
  const auto groups = std::make_shared<const TypeGroups>(modules);
  Classification result = classify_by_group(graph, nodes, *groups);
  result.name_kinds(
      {.name = [groups](KindId kind) { return groups->names[kind]; },
       .selector = [groups](KindId kind) { return of_kind("module", groups->names[kind]); }});
  return result;
}

}  // namespace heapsnap
