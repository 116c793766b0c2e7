#include "libanalysis/neighbours.h"

#include "libanalysis/edge_labels.h"

namespace heapsnap {

NodeSet referrers(const Graph& graph, const NodeSet& nodes) {
  NodeSet result(graph.node_count());
  for (const NodeId id : nodes) {
    for (const NodeId referrer : graph.referrers(id)) result.insert(referrer);
  }
  result.erase(graph.root());
  return result;
}

NodeSet referents(const Graph& graph, const NodeSet& nodes) {
  NodeSet result(graph.node_count());
  for (const NodeId id : nodes) {
    for (const NodeId referent : graph.referents(id)) result.insert(referent);
  }
  return result;
}

NodeSet follow(const Graph& graph, const NodeSet& nodes, const Glob& label) {
  NodeSet result(graph.node_count());
  EdgeLabels labels(graph);
  LabelMatches matches(label);
  for (const NodeId id : nodes) {
    if (id == graph.root()) continue;
    const auto referents = graph.referents(id);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      if (matches.contains(labels, labels.id_of(id, i))) result.insert(referents[i]);
    }
  }
  return result;
}

}  // namespace heapsnap
