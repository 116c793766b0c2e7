#include "libanalysis/reachability.h"

#include <algorithm>
#include <vector>

namespace heapsnap {
namespace {

// Adds to `seen` what the nodes on the stack lead to, but for what is in it already: that is not
// entered.
void search(const Graph& graph, NodeSet& seen, std::vector<NodeId>& stack) {
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    for (const NodeId target : graph.referents(id)) {
      if (seen.add(target) && target < graph.container_count()) stack.push_back(target);
    }
  }
}

// What is reached, with `blocked`.
NodeSet search_from(const Graph& graph, const NodeSet& from, NodeSet blocked) {
  std::vector<NodeId> stack;
  for (const NodeId id : from) {
    if (blocked.add(id)) stack.push_back(id);
  }
  search(graph, blocked, stack);
  return blocked;
}

}  // namespace

NodeSet reachable(const Graph& graph, const NodeSet& from) {
  return search_from(graph, from, NodeSet(graph.node_count()));
}

NodeSet reachable(const Graph& graph, const NodeSet& from, const NodeSet& avoid) {
  return search_from(graph, from, avoid) - avoid;
}

NodeSet reachable_until(const Graph& graph, const NodeSet& from, const NodeSet& until) {
  NodeSet seen = reachable(graph, from, until);
  NodeSet ends = from & until;
  for (const NodeId id : seen) {
    for (const NodeId target : graph.referents(id)) {
      if (until.contains(target)) ends.insert(target);
    }
  }
  return seen | ends;
}

NodeSet root_targets(const Graph& graph, std::initializer_list<RootKind> kinds) {
  NodeSet targets(graph.node_count());
  for (const RootEdge& root : graph.roots()) {
    if (std::ranges::find(kinds, root.kind) != kinds.end()) targets.insert(root.target);
  }
  return targets;
}

NodeSet retained_set(const Graph& graph, const NodeSet& nodes) {
  NodeSet root(graph.node_count());
  root.insert(graph.root());
  return ~reachable(graph, root, nodes);
}

}  // namespace heapsnap
