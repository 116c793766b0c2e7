#include "libanalysis/merged_tree.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

namespace heapsnap {
namespace {

using Position = std::uint32_t;  // in the preorder of the dominator tree

struct Waiting {
  TreeRow row;  // the parent is the place in the order in which rows were taken
  std::vector<Position> members;

  // The largest is taken first; of equal ones, the one that the tree has first.
  bool operator<(const Waiting& other) const {
    return std::tuple(row.retained, other.members[0]) < std::tuple(other.row.retained, members[0]);
  }
};

class Growth {
 public:
  Growth(const Heap& heap, const Classification& classes)
      : graph_(heap.graph()), tree_(heap.dominators()), classes_(classes),
        place_of_kind_(classes.kind_count(), kNoRow) {}

  void start(NodeId from) {
    const Position top = tree_.position[from];
    if (from != graph_.root()) return wait({}, {top});
    open(kNoRow, {top}, 0);
  }

  void grow(const TreeQuery& query) {
    while (!waiting_.empty() && (query.limit == 0 || taken_.size() < query.limit)) {
      Waiting next = waiting_.top();
      waiting_.pop();
      taken_.push_back(next.row);
      const std::size_t depth = next.row.depth + 1;
      const std::size_t below = query.from == graph_.root() ? depth : depth - 1;
      if (query.depth != 0 && below == query.depth) {
        too_deep_ += groups_below(next.members).size();
        continue;
      }
      open(taken_.size() - 1, next.members, depth);
    }
  }

  // What waits is hidden.
  void take_rest(MergedTree& result) {
    result.hidden = waiting_.size() + too_deep_;
    for (; !waiting_.empty(); waiting_.pop()) {
      if (waiting_.top().row.depth == 0) result.hidden_retained += waiting_.top().row.retained;
    }
  }

  const std::vector<TreeRow>& taken() const { return taken_; }

 private:
  using Groups = std::vector<std::vector<Position>>;

  // The children of the members, by kind.
  Groups groups_below(const std::vector<Position>& members) {
    Groups groups;
    for (const Position member : members) {
      const Position end = tree_.subtree_end[member];
      for (Position child = member + 1; child < end; child = tree_.subtree_end[child]) {
        std::size_t& place = place_of_kind_[classes_.kind_of(tree_.preorder[child])];
        if (place == kNoRow) {
          place = groups.size();
          groups.emplace_back();
        }
        groups[place].push_back(child);
      }
    }
    for (const std::vector<Position>& group : groups) {
      place_of_kind_[classes_.kind_of(tree_.preorder[group[0]])] = kNoRow;
    }
    return groups;
  }

  void open(std::size_t parent, const std::vector<Position>& members, std::size_t depth) {
    for (std::vector<Position>& group : groups_below(members)) {
      wait({.parent = parent, .depth = depth}, std::move(group));
    }
  }

  void wait(TreeRow row, std::vector<Position> members) {
    row.kind = classes_.kind_of(tree_.preorder[members[0]]);
    if (members.size() == 1) row.only = tree_.preorder[members[0]];
    for (const Position member : members) {
      const NodeId id = tree_.preorder[member];
      row.retained += tree_.retained[id];
      if (graph_.is_object(id)) row.measure += {1, graph_.size(id)};
    }
    waiting_.push({row, std::move(members)});
  }

  const Graph& graph_;
  const Dominators& tree_;
  const Classification& classes_;
  std::vector<std::size_t> place_of_kind_;  // in the groups of groups_below()
  std::priority_queue<Waiting> waiting_;
  std::vector<TreeRow> taken_;
  std::size_t too_deep_ = 0;  // rows below the last level
};

// Rows as they were taken, each before its children: siblings were taken largest first.
std::vector<TreeRow> in_tree_order(const std::vector<TreeRow>& taken) {
  std::vector<std::size_t> parents, place(taken.size());
  for (const TreeRow& row : taken) parents.push_back(row.parent);
  std::vector<TreeRow> rows;
  for (const std::size_t at : tree_order(parents)) {
    place[at] = rows.size();
    rows.push_back(taken[at]);
    if (rows.back().parent != kNoRow) rows.back().parent = place[rows.back().parent];
  }
  return rows;
}

}  // namespace

MergedTree merged_tree(const Heap& heap, const Classification& classes, const TreeQuery& query) {
  const Graph& graph = heap.graph();
  const Dominators& tree = heap.dominators();
  MergedTree result;
  const Position top = tree.position[query.from];
  for (Position at = top; at < tree.subtree_end[top]; ++at) {
    const NodeId id = tree.preorder[at];
    if (graph.is_object(id)) result.total += {1, graph.size(id)};
  }
  result.retained = tree.retained[query.from];
  Growth growth(heap, classes);
  growth.start(query.from);
  growth.grow(query);
  growth.take_rest(result);
  result.rows = in_tree_order(growth.taken());
  return result;
}

}  // namespace heapsnap
