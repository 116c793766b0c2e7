#include "libanalysis/depths.h"

#include <algorithm>
#include <vector>

#include "libanalysis/node_set.h"

namespace heapsnap {
namespace {

// A search that goes level by level. The nodes of a level stand in the order of the kinds of
// their roots, and so do those of the next, since it is made of their referents in that order.
class Search {
 public:
  Search(const Graph& graph, Depths& result)
      : graph_(graph), result_(result), seen_(graph.node_count()) {
    seen_.insert(graph.root());
  }

  void enter(NodeId id, std::uint32_t depth, RootKind kind) {
    if (!seen_.add(id)) return;
    reach(id, depth, kind);
  }

  // Goes on from what was entered until nothing is left.
  void run() {
    while (!level_.empty()) {
      next_.swap(level_);
      level_.clear();
      for (const NodeId id : next_) {
        for (const NodeId target : graph_.referents(id)) {
          enter(target, result_.depth[id] + 1, result_.kind[id]);
        }
      }
    }
  }

 private:
  // What a structure refers to is as near as the structure would be.
  void reach(NodeId id, std::uint32_t depth, RootKind kind) {
    structures_.assign(1, id);
    while (!structures_.empty()) {
      const NodeId at = structures_.back();
      structures_.pop_back();
      result_.kind[at] = kind;
      if (graph_.is_object(at)) {
        result_.depth[at] = depth;
        if (at < graph_.container_count()) level_.push_back(at);
        continue;
      }
      result_.depth[at] = depth - 1;
      const auto referents = graph_.referents(at);
      for (auto target = referents.rbegin(); target != referents.rend(); ++target) {
        if (seen_.add(*target)) structures_.push_back(*target);
      }
    }
  }

  const Graph& graph_;
  Depths& result_;
  NodeSet seen_;
  std::vector<NodeId> level_;  // reached and not yet gone on from
  std::vector<NodeId> next_;
  std::vector<NodeId> structures_;
};

}  // namespace

Depths depths(const Graph& graph) {
  Depths result{Array<std::uint32_t>(graph.node_count()), Array<RootKind>(graph.node_count())};
  result.kind[graph.root()] = RootKind::kThread;
  std::vector<RootEdge> roots(graph.roots().begin(), graph.roots().end());
  std::ranges::stable_sort(roots, {}, &RootEdge::kind);
  Search search(graph, result);
  const auto garbage = std::ranges::find(roots, RootKind::kUnreachable, &RootEdge::kind);
  for (auto root = roots.begin(); root != garbage; ++root) search.enter(root->target, 1, root->kind);
  search.run();
  for (auto root = garbage; root != roots.end(); ++root) search.enter(root->target, 1, root->kind);
  search.run();
  return result;
}

}  // namespace heapsnap
