#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/type_groups.h"

namespace heapsnap {

Classification classify_by_type(const Graph& graph, const NodeSet& nodes) {
  Classification result(graph.node_count(), graph.type_count());
  for (const NodeId id : nodes) result.put(id, KindId(graph.type_of(id)));
  result.name_kinds(
      {.name = [&graph](KindId kind) { return graph.type_name(TypeId(kind)); },
       .selector =
           [&graph](KindId kind) { return of_kind("type", graph.type_name(TypeId(kind))); },
       .is_called =
           [&graph](KindId kind, const Glob& name) {
             return type_is_called(graph, TypeId(kind), name);
           }});
  return result;
}

}  // namespace heapsnap
