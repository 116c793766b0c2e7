#include "libanalysis/neighbours.h"

#include "libanalysis/dict_owners.h"
#include "libanalysis/edge_labels.h"

namespace heapsnap {
namespace {

void follow_attributes(const Graph& graph, NodeId dict, EdgeLabels& labels, LabelMatches& matches,
                       NodeSet& found) {
  const auto referents = graph.referents(dict);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    const auto attribute = labels.attribute_of(dict, i);
    if (attribute && matches.contains(labels, *attribute)) found.insert(referents[i]);
  }
}

}  // namespace

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
  Namespaces namespaces(graph);
  NodeSet followed(graph.node_count());  // as a `__dict__`: it may have several owners
  for (const NodeId id : nodes) {
    if (id == graph.root()) continue;
    const auto referents = graph.referents(id);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      if (matches.contains(labels, labels.id_of(id, i))) result.insert(referents[i]);
    }
    const NodeId dict = id < graph.container_count() ? namespaces.of(id) : kNoNode;
    if (dict != kNoNode && followed.add(dict)) follow_attributes(graph, dict, labels, matches, result);
  }
  return result;
}

}  // namespace heapsnap
