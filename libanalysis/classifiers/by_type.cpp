#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/select_text.h"

namespace heapsnap {

Classification classify_by_type(const Graph& graph, const NodeSet& nodes) {
  Classification result(graph.node_count(), graph.type_count());
  for (const NodeId id : nodes) result.put(id, KindId(graph.type_of(id)));
  result.name_kinds(
      [&graph](KindId kind) { return graph.type_name(TypeId(kind)); },
      [&graph](KindId kind) { return select("type", graph.type_name(TypeId(kind))); });
  return result;
}

}  // namespace heapsnap
