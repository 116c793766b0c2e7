// Two thirds of a heap are leaves, so that the algorithm proper runs on the containers
// (semi_nca.h). A leaf is dominated by its referrer, or if it has several by their nearest common
// dominator, which is that of the first and the last of them in preorder. In the final preorder a
// node's leaves stand right behind it, and the containers it dominates behind them: positions
// follow from counts, without another walk.

#include "libanalysis/dominators.h"

#include <algorithm>
#include <vector>

#include "libanalysis/jump_pointers.h"
#include "libanalysis/parallel.h"
#include "libanalysis/semi_nca.h"

namespace heapsnap {
namespace {

// The dominator tree of the containers alone, by place in its preorder.
struct ContainerTree {
  Array<NodeId> node;
  Array<std::uint32_t> place;  // by container
  Array<std::uint32_t> parent;
  Array<std::uint32_t> end;

  std::uint32_t size() const { return static_cast<std::uint32_t>(node.size()); }
};

// Sizes of subtrees from the last number to the first, then places from the first to the last:
// both see a dominator on the right side of what it dominates.
ContainerTree preorder_of(const SearchTree& search, std::span<const std::uint32_t> dominator) {
  const std::uint32_t size = search.size();
  Array<std::uint32_t> subtree(size), next(size), place(size);
  for (std::uint32_t i = size; i-- > 0;) {
    ++subtree[i];
    if (i != 0) subtree[dominator[i]] += subtree[i];
  }
  const auto places = [size] { return Array<std::uint32_t>(size, Filled::kAnything); };
  ContainerTree tree{places(), places(), places(), places()};
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::uint32_t above = dominator[i];
    place[i] = i == 0 ? 0 : next[above];
    next[above] = i == 0 ? 0 : next[above] + subtree[i];
    next[i] = place[i] + 1;
    tree.node[place[i]] = search.node[i];
    tree.place[search.node[i]] = place[i];
    tree.parent[place[i]] = place[above];
    tree.end[place[i]] = place[i] + subtree[i];
  }
  return tree;
}

ContainerTree container_tree(const Graph& graph) {
  const SearchTree search = depth_first_search(graph);
  return preorder_of(search, immediate_dominators(graph, search));
}

constexpr unsigned kMostShares = 4;  // each takes 4 bytes a container

// Finds the dominators of leaves.
class LeafDominators {
 public:
  LeafDominators(const Graph& graph, const ContainerTree& tree)
      : graph_(graph), tree_(tree), jumps_(tree.size()) {
    for (std::uint32_t i = 1; i < tree.size(); ++i) jumps_.add(i, tree.parent[i]);
  }

  // The place of its immediate dominator.
  std::uint32_t operator()(NodeId leaf) const {
    const auto referrers = graph_.referrers(leaf);
    std::uint32_t first = tree_.place[referrers.front()], last = first;
    for (const NodeId referrer : referrers.subspan(1)) {
      first = std::min(first, tree_.place[referrer]);
      last = std::max(last, tree_.place[referrer]);
    }
    return jumps_.find_up(tree_.parent, first,
                          [this, last](std::uint32_t at) { return last < tree_.end[at]; });
  }

 private:
  const Graph& graph_;
  const ContainerTree& tree_;
  JumpPointers jumps_;
};

// Leaves in equal shares, one a thread. Each has counts of its own, so that threads share nothing,
// and the leaves of a container come in the order of their ids whatever the number of threads.
struct LeafShare {
  std::size_t begin, end;     // of LeafPlan::parent
  Array<std::uint32_t> next;  // by place: how many it dominates; then, where the next one goes
};

struct LeafPlan {
  Array<std::uint32_t> parent;  // by leaf, from the first on: the place of its dominator
  std::vector<LeafShare> shares;
};

LeafPlan plan_leaves(const Graph& graph, const ContainerTree& tree, unsigned threads) {
  const NodeId first = graph.container_count() + 1;
  const std::size_t leaves = graph.node_count() - first, shares = std::min(threads, kMostShares);
  LeafPlan plan{Array<std::uint32_t>(leaves, Filled::kAnything), {}};
  for (std::size_t i = 0; i < shares; ++i) {
    plan.shares.push_back({leaves * i / shares, leaves * (i + 1) / shares,
                           Array<std::uint32_t>(tree.size())});
  }
  const LeafDominators dominator(graph, tree);
  parallel_for(shares, threads, [&](std::size_t number) {
    LeafShare& share = plan.shares[number];
    for (std::size_t i = share.begin; i < share.end; ++i) {
      plan.parent[i] = dominator(first + static_cast<NodeId>(i));
      ++share.next[plan.parent[i]];
    }
  });
  return plan;
}

// By place of a container, and one more: its position when leaves are put behind their dominators.
Array<std::uint32_t> positions(const ContainerTree& tree, LeafPlan& plan) {
  Array<std::uint32_t> position(tree.size() + std::size_t{1}, Filled::kAnything);
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < tree.size(); ++i) {
    position[i] = next++;
    for (LeafShare& share : plan.shares) {
      const std::uint32_t leaves = share.next[i];
      share.next[i] = next;
      next += leaves;
    }
  }
  position[tree.size()] = next;
  return position;
}

void place_containers(const ContainerTree& tree, std::span<const std::uint32_t> position,
                      unsigned threads, Dominators& result) {
  parallel_blocks(tree.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t at = position[i];
      result.preorder[at] = tree.node[i];
      result.position[tree.node[i]] = at;
      result.subtree_end[at] = position[tree.end[i]];
      result.parent[at] = position[tree.parent[i]];
    }
  });
}

void place_leaves(const Graph& graph, std::span<const std::uint32_t> position, unsigned threads,
                  LeafPlan& plan, Dominators& result) {
  parallel_for(plan.shares.size(), threads, [&](std::size_t number) {
    LeafShare& share = plan.shares[number];
    for (std::size_t i = share.begin; i < share.end; ++i) {
      const NodeId leaf = graph.container_count() + 1 + static_cast<NodeId>(i);
      const std::uint32_t parent = plan.parent[i], at = share.next[parent]++;
      result.preorder[at] = leaf;
      result.position[leaf] = at;
      result.subtree_end[at] = at + 1;
      result.parent[at] = position[parent];
    }
  });
}

// Leaves retain themselves. A container's own bytes and those of its leaves, which stand behind it;
// then, from the last to the first, what it retains to its dominator.
void add_up_retained(const Graph& graph, const ContainerTree& tree,
                     std::span<const std::uint32_t> position, unsigned threads,
                     Dominators& result) {
  const NodeId first_leaf = graph.container_count() + 1;
  const std::size_t leaves = graph.node_count() - first_leaf;
  parallel_blocks(leaves, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const NodeId leaf = first_leaf + static_cast<NodeId>(i);
      result.retained[leaf] = graph.size(leaf);
    }
  });
  Array<std::uint64_t> retained(tree.size(), Filled::kAnything);
  parallel_blocks(tree.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      std::uint64_t bytes = 0;
      for (std::uint32_t at = position[i]; at < position[i + 1]; ++at) {
        bytes += graph.size(result.preorder[at]);
      }
      retained[i] = bytes;
    }
  });
  for (std::uint32_t i = tree.size(); i-- > 1;) retained[tree.parent[i]] += retained[i];
  parallel_blocks(tree.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) result.retained[tree.node[i]] = retained[i];
  });
}

}  // namespace

// What a step needs goes when it is over: beside the result, memory for what comes next.
Dominators dominators(const Graph& graph, unsigned requested) {
  const unsigned threads = thread_count(requested);
  ContainerTree tree = container_tree(graph);
  LeafPlan plan = plan_leaves(graph, tree, threads);
  const Array<std::uint32_t> position = positions(tree, plan);

  const NodeId count = graph.node_count();
  const auto places = [count] { return Array<std::uint32_t>(count, Filled::kAnything); };
  Dominators result{places(), places(), places(), places(), {}};
  place_containers(tree, position, threads, result);
  tree.place = {};
  tree.end = {};
  place_leaves(graph, position, threads, plan, result);
  plan = {};
  result.retained = Array<std::uint64_t>(count, Filled::kAnything);
  add_up_retained(graph, tree, position, threads, result);
  return result;
}

NodeId immediate_dominator(const Dominators& tree, NodeId id) {
  const std::uint32_t at = tree.position[id];
  return at == 0 ? kNoNode : tree.preorder[tree.parent[at]];
}

bool dominates(const Dominators& tree, NodeId a, NodeId b) {
  const std::uint32_t at = tree.position[a];
  return at <= tree.position[b] && tree.position[b] < tree.subtree_end[at];
}

}  // namespace heapsnap
