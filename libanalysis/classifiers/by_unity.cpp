#include "libanalysis/classifiers/all.h"

namespace heapsnap {

Classification classify_by_unity(const Graph& graph, const NodeSet& nodes) {
  Classification result(graph.node_count(), 1);
  for (const NodeId id : nodes) result.put(id, 0);
  result.name_kinds({.name = [](KindId) { return std::string("all"); },
                     .selector = [](KindId) { return Selector{NamedSet::kAll}; }});
  return result;
}

}  // namespace heapsnap
