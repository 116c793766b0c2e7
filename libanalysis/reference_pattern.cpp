#include "libanalysis/reference_pattern.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "libanalysis/dict_owners.h"
#include "libanalysis/reachability.h"

namespace heapsnap {
namespace {

bool all_in(const NodeSet& set, const std::vector<NodeId>& nodes) {
  return std::ranges::all_of(nodes, [&set](NodeId id) { return set.contains(id); });
}

class Pattern {
 public:
  Pattern(const Graph& graph, const Classification& classes, const PatternQuery& query)
      : graph_(graph), classes_(classes), query_(query), met_(graph.node_count()) {}

  // Level by level: a row is opened before those behind it.
  ReferencePattern run() {
    add({.nodes = {query_.of.begin(), query_.of.end()}});
    for (std::size_t at = 0; at < rows_.size(); ++at) open(at);
    return {in_tree_order(), hidden_, passed_};
  }

 private:
  void add(PatternRow row) {
    for (const NodeId id : row.nodes) {
      if (graph_.is_object(id)) row.measure += {1, graph_.size(id)};
    }
    rows_.push_back(std::move(row));
  }

  void open(std::size_t at) {
    const auto [first, is_new] = first_of_.try_emplace(rows_[at].nodes, at);
    if (!is_new) {
      rows_[at].end = RowEnd::kSame;
      rows_[at].same_as = first->second;
      return;
    }
    if (at != 0 && query_.stop && all_in(*query_.stop, rows_[at].nodes)) {
      rows_[at].end = RowEnd::kStop;
      return;
    }
    const std::vector<NodeId> holders = holders_of(rows_[at].nodes);
    if (holders.empty()) {
      rows_[at].end = RowEnd::kRoot;
      return;
    }
    const bool is_last = query_.depth != 0 && rows_[at].depth == query_.depth;
    if (!is_last && !is_full()) add_children(at, holders);
  }

  // What refers to the nodes, in increasing order.
  std::vector<NodeId> holders_of(const std::vector<NodeId>& nodes) {
    std::vector<NodeId> holders;
    for (const NodeId id : nodes) {
      for (const NodeId referrer : graph_.referrers(id)) {
        if (referrer != graph_.root() && met_.add(referrer)) holders.push_back(referrer);
      }
      passed_ += 1 + graph_.referrers(id).size();
    }
    for (const NodeId id : holders) met_.erase(id);
    std::ranges::sort(holders);
    if (query_.immediate) keep_immediate(holders);
    return holders;
  }

  // What is no object is in no set, and so stops nothing, as in the selector of a row. The virtual
  // root leads to everything: nothing stands between it and a holder that is the only one.
  void keep_immediate(std::vector<NodeId>& holders) const {
    if (holders.size() == 1) return;
    NodeSet root(graph_.node_count()), until(graph_.node_count());
    root.insert(graph_.root());
    for (const NodeId id : holders) {
      if (graph_.is_object(id)) until.insert(id);
    }
    const NodeSet reached = reachable_until(graph_, root, until);
    std::erase_if(holders, [&reached](NodeId id) { return !reached.contains(id); });
  }

  bool is_full() const { return query_.limit != 0 && rows_.size() >= query_.limit; }

  void add_children(std::size_t at, const std::vector<NodeId>& holders) {
    rows_[at].end = RowEnd::kOpened;
    std::vector<PatternRow> children = children_of(at, holders);
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (is_full()) {
        hidden_ += children.size() - i;
        return;
      }
      children[i].place = i + 1;
      add(std::move(children[i]));
    }
  }

  // The partition of the holders, the largest part first; equal ones by name.
  std::vector<PatternRow> children_of(std::size_t at, const std::vector<NodeId>& holders) const {
    std::map<KindId, PatternRow> by_kind;
    for (const NodeId id : holders) {
      PatternRow& row = by_kind[classes_.kind_of(id)];
      row.nodes.push_back(id);
      if (graph_.is_object(id)) row.measure.shallow += graph_.size(id);
    }
    std::vector<std::pair<std::string, PatternRow>> named;
    for (auto& [kind, row] : by_kind) {
      if (query_.no_cycles && stands_above(at, row.nodes)) continue;
      row.parent = at;
      row.depth = rows_[at].depth + 1;
      row.kind = kind;
      named.emplace_back(classes_.name(kind), std::move(row));
    }
    std::ranges::stable_sort(named, [](const auto& a, const auto& b) {
      const std::uint64_t first = a.second.measure.shallow, second = b.second.measure.shallow;
      return first != second ? first > second : a.first < b.first;
    });
    std::vector<PatternRow> children;
    for (auto& [name, row] : named) {
      row.measure = {};
      children.push_back(std::move(row));
    }
    return children;
  }

  // What stands above was opened, and of rows with one set only the first is.
  bool stands_above(std::size_t at, const std::vector<NodeId>& nodes) const {
    const auto first = first_of_.find(nodes);
    if (first == first_of_.end()) return false;
    while (rows_[at].depth > rows_[first->second].depth) at = rows_[at].parent;
    return at == first->second;
  }

  std::vector<PatternRow> in_tree_order() {
    std::vector<std::size_t> parents, place(rows_.size());
    for (const PatternRow& row : rows_) parents.push_back(row.parent);
    std::vector<PatternRow> result;
    for (const std::size_t at : tree_order(parents)) {
      place[at] = result.size();
      result.push_back(std::move(rows_[at]));
      if (result.back().parent != kNoRow) result.back().parent = place[result.back().parent];
    }
    for (PatternRow& row : result) {
      if (row.same_as != kNoRow) row.same_as = place[row.same_as];
    }
    return result;
  }

  const Graph& graph_;
  const Classification& classes_;
  const PatternQuery& query_;
  NodeSet met_;  // empty between uses
  std::vector<PatternRow> rows_;
  std::map<std::vector<NodeId>, std::size_t> first_of_;  // the row that had the set first
  std::size_t hidden_ = 0;
  std::uint64_t passed_ = 0;
};

bool explains_itself(TypeLayout layout) {
  return layout == TypeLayout::kModule || layout == TypeLayout::kType ||
         layout == TypeLayout::kCode || layout == TypeLayout::kFrame ||
         layout == TypeLayout::kStructure;
}

}  // namespace

ReferencePattern reference_pattern(const Graph& graph, const Classification& classes,
                                   const PatternQuery& query) {
  return Pattern(graph, classes, query).run();
}

NodeSet self_explaining(const Graph& graph) {
  NodeSet result(graph.node_count());
  const auto explained = [&graph](NodeId id) {
    return explains_itself(graph.type(graph.type_of(id)).layout);
  };
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    if (explained(id)) result.insert(id);
  }
  for (const Ownership& owned : dict_owners(graph)) {
    const TypeLayout owner = graph.type(graph.type_of(owned.owner)).layout;
    if (owner == TypeLayout::kModule || owner == TypeLayout::kType) result.insert(owned.dict);
  }
  return result;
}

}  // namespace heapsnap
