// Semi-NCA, after Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (2005).
//
// 1. Semidominators, in reverse order of the search, as Lengauer and Tarjan have it: that of w is
//    the smallest number from which a path leads to w through larger numbers only. eval() finds
//    the smallest on a path of the search tree, and compresses the path.
// 2. Immediate dominators, in order of the search: that of w is the nearest ancestor of its
//    parent, in the dominator tree so far, with a number that is not above its semidominator.
//
// Predecessors are read from the graph's referrers as they stand; renumbering the edges first
// costs more than it saves. The walk of step 2 is quadratic on heaps that do happen: a long linked
// list whose payload is also held by an index. Its steps are counted, and after a few a node it
// goes on with jump pointers (Myers, "An applicative random-access stack", 1983): O(log n) a node.
// Tried and slower: Cooper-Harvey-Kennedy (does not end on such lists), Lengauer-Tarjan (equal
// with simple linking, twice the time with balanced linking).

#include "libanalysis/semi_nca.h"

#include <algorithm>

#include "libanalysis/jump_pointers.h"

namespace heapsnap {
namespace {

class Semidominators {
 public:
  Semidominators(const Graph& graph, const SearchTree& tree)
      : graph_(graph), tree_(tree), links_(tree.size()) {
    for (std::uint32_t i = 0; i < tree.size(); ++i) links_[i] = {tree.parent[i], i};
  }

  // By number.
  Array<std::uint32_t> compute() {
    Array<std::uint32_t> semi(tree_.size());
    for (std::uint32_t i = tree_.size(); i-- > 1;) {
      const auto referrers = graph_.referrers(tree_.node[i]);
      std::uint32_t best = tree_.parent[i];
      if (referrers.size() > 1) {
        for (const NodeId referrer : referrers)
          best = std::min(best, eval(tree_.number[referrer], i));
      }
      semi[i] = links_[i].least = best;
    }
    return semi;
  }

 private:
  // `least` semidominator of those from the node up to below `ancestor`.
  struct Link {
    std::uint32_t ancestor;
    std::uint32_t least;
  };

  // Nodes above `current` are linked to their parents.
  std::uint32_t eval(std::uint32_t node, std::uint32_t current) {
    if (node <= current) return node;
    if (links_[node].ancestor <= current) return links_[node].least;
    path_.clear();
    std::uint32_t top = node;
    while (links_[top].ancestor > current) {
      path_.push_back(top);
      top = links_[top].ancestor;
    }
    Link above = links_[top];
    while (!path_.empty()) {
      Link& link = links_[path_.back()];
      path_.pop_back();
      link.ancestor = above.ancestor;
      link.least = above.least = std::min(link.least, above.least);
    }
    return links_[node].least;
  }

  const Graph& graph_;
  const SearchTree& tree_;
  Array<Link> links_;
  std::vector<std::uint32_t> path_;
};

// Where it will be read soon: most of the time of a search is spent waiting for memory.
void prefetch(const void* address) { __builtin_prefetch(address); }

}  // namespace

// Nodes are pushed when they are seen and visited when they are popped: the last push of a node is
// the one that counts, which is what makes it a depth-first search.
SearchTree depth_first_search(const Graph& graph) {
  struct Step {
    NodeId node;
    std::uint32_t parent;
  };
  const NodeId containers = graph.container_count() + 1;  // with the virtual root
  SearchTree tree{Array<NodeId>(containers), Array<std::uint32_t>(containers),
                  Array<std::uint32_t>(containers)};
  NodeSet visited(containers);
  std::vector<Step> stack = {{graph.root(), 0}};
  std::uint32_t next = 0;
  while (!stack.empty()) {
    const Step step = stack.back();
    stack.pop_back();
    if (!visited.add(step.node)) continue;
    if (!stack.empty()) prefetch(graph.referents(stack.back().node).data());
    const std::uint32_t number = next++;
    tree.node[number] = step.node;
    tree.number[step.node] = number;
    tree.parent[number] = step.parent;
    for (const NodeId target : graph.referents(step.node)) {
      if (target < graph.container_count() && !visited.contains(target)) {
        stack.push_back({target, number});
        prefetch(&graph.arrays().referents_begin[target]);
      }
    }
  }
  return tree;
}

Array<std::uint32_t> immediate_dominators(const Graph& graph, const SearchTree& tree) {
  const Array<std::uint32_t> semi = Semidominators(graph, tree).compute();
  Array<std::uint32_t> dominator(tree.size());
  std::uint64_t steps = 8 * std::uint64_t{tree.size()};
  std::uint32_t i = 1;
  for (; i < tree.size() && steps != 0; ++i) {
    std::uint32_t at = tree.parent[i];
    for (; at > semi[i] && steps != 0; --steps) at = dominator[at];
    if (steps == 0) break;
    dominator[i] = at;
  }
  if (i >= tree.size()) return dominator;

  JumpPointers jumps(tree.size());
  for (std::uint32_t known = 1; known < i; ++known) jumps.add(known, dominator[known]);
  for (; i < tree.size(); ++i) {
    dominator[i] =
        jumps.find_up(dominator, tree.parent[i], [&](std::uint32_t at) { return at <= semi[i]; });
    jumps.add(i, dominator[i]);
  }
  return dominator;
}

}  // namespace heapsnap
