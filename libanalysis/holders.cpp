// Two passes over the steps, parents first: where does growth begin, and to which beginning does each
// step belong. Nothing but own counts and bytes of the steps is looked at.
#include "libanalysis/holders.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace heapsnap {
namespace {

constexpr std::size_t kNobody = ~std::size_t{0};

class Search {
 public:
  Search(const PathGrowth& growth, std::size_t from, std::size_t to)
      : growth_(growth), steps_(growth.steps()), from_(from), to_(to), owner_(steps_.size(), kNobody) {}

  std::vector<Holder> run() {
    count_new_names();
    for (std::size_t id = 1; id < steps_.size(); ++id) owner_[id] = owner_of(id);
    for (std::size_t id = 1; id < steps_.size(); ++id) add_bytes(id);
    for (std::size_t i = 0; i < holders_.size(); ++i) finish(i);
    std::erase_if(holders_, [](const Holder& holder) {
      return holder.byte_growth <= 0 && holder.count_growth <= 0;
    });
    std::ranges::sort(holders_, [](const Holder& a, const Holder& b) {
      return std::tuple(b.byte_growth, b.count_growth, a.path, a.type) <
             std::tuple(a.byte_growth, a.count_growth, b.path, b.type);
    });
    return std::move(holders_);
  }

 private:
  using Key = std::pair<std::size_t, bool>;  // the container; whether it is new

  std::int64_t count_growth(std::size_t id) const {
    return std::int64_t(steps_[id].own[to_].count) - std::int64_t(steps_[id].own[from_].count);
  }
  std::int64_t byte_growth(std::size_t id) const {
    return std::int64_t(steps_[id].own[to_].shallow) - std::int64_t(steps_[id].own[from_].shallow);
  }
  bool grew_in_place(std::size_t id) const {
    const GrowthStep& step = steps_[id];
    return count_growth(id) == 0 &&
           (byte_growth(id) > 0 || step.references[to_] > step.references[from_]);
  }
  std::int64_t growth_below(std::size_t id) const {
    return std::int64_t(steps_[id].total[to_].shallow) -
           std::int64_t(steps_[id].total[from_].shallow);
  }

  // Whether more objects hang here, and not because there are more parents. Each step from snapshot
  // to snapshot is looked at: a new parent explains what came with it, not what came before or after.
  bool grew(std::size_t id) const {
    if (count_growth(id) <= 0) return false;
    if (hangs_at_root(id) || count_growth(steps_[id].parent) <= 0) return true;
    double grown = 0, explained = 0;
    for (std::size_t i = from_; i < to_; ++i) {
      const double more = double(steps_[id].own[i + 1].count) - double(steps_[id].own[i].count);
      if (more <= 0) continue;
      grown += more;
      explained += std::min(more, brought_by_parents(id, i));
    }
    return explained <= grown / 2;
  }

  // What the parents that came in a step bring, if they have as many as all others.
  double brought_by_parents(std::size_t id, std::size_t i) const {
    const GrowthStep& parent = steps_[steps_[id].parent];
    const double parents = double(parent.own[i + 1].count);
    const double more = parents - double(parent.own[i].count);
    return more <= 0 ? 0 : more / parents * double(steps_[id].own[i + 1].count);
  }

  bool is_new_name(std::size_t id) const {
    return !is_many(id) && steps_[id].own[from_].count == 0 && grew(id);
  }

  // Steps that lead back to themselves are elements of a chain; and what structures have more than
  // one of, as an interpreter has callbacks, is no attribute whatever its label.
  bool is_many(std::size_t id) const {
    const GrowthStep& step = steps_[id];
    const bool is_several = hangs_at_root(id) && step.own[to_].count > 1;
    return step.label.many || step.folds || is_several;
  }
  bool hangs_at_root(std::size_t id) const {
    const std::size_t parent = steps_[id].parent;
    return parent == 0 || steps_[parent].is_structure;
  }

  void count_new_names() {
    for (std::size_t id = 1; id < steps_.size(); ++id) {
      if (is_new_name(id)) new_names_[steps_[id].parent] += steps_[id].own[to_].count;
    }
  }

  // kManyNames for each owner there is.
  bool has_many_new_names(std::size_t owner) const {
    const auto names = new_names_.find(owner);
    return names != new_names_.end() &&
           names->second >= kManyNames * std::max<std::uint64_t>(1, steps_[owner].own[to_].count);
  }

  std::size_t owner_of(std::size_t id) {
    const std::size_t parent = steps_[id].parent;
    if (!grew(id)) {
      const std::size_t above = parent == 0 ? kNobody : owner_[parent];
      if (above != kNobody || !grew_in_place(id)) return above;
      // A `__dict__` is a part of its owner.
      const bool is_part = parent != 0 && steps_[id].label.text == ".__dict__";
      return holder_at({is_part ? parent : id, false}, Growth::kInPlace, id);
    }
    // The names of attributes come with these.
    if (steps_[id].label.text == ".__dict__.keys()[*]" && parent != 0) {
      return holder_at({parent, false}, Growth::kInPlace, id);
    }
    if (is_many(id)) {
      const bool at_root = hangs_at_root(id);
      const std::size_t holder = holder_at({at_root ? id : parent, false}, Growth::kElements, id);
      if (at_root) return holder;
      // What the container itself gained belongs to the same growth.
      if (owner_[parent] == kNobody) owner_[parent] = holder;
      return holder;
    }
    if (is_new_name(id) && has_many_new_names(parent)) {
      return holder_at({parent, false}, Growth::kNames, id);
    }
    return holder_at({id, true}, Growth::kNew, id);
  }

  std::size_t holder_at(Key key, Growth growth, std::size_t step) {
    const auto [at, is_new] = by_container_.try_emplace(key, holders_.size());
    if (is_new) {
      holders_.push_back({.growth = growth, .container = key.first,
                          .series = std::vector<Measure>(growth_.snapshots())});
      grown_.emplace_back();
    }
    Holder& holder = holders_[at->second];
    if (holder.growth == Growth::kInPlace && growth != Growth::kInPlace) {
      holder.growth = growth;
      grown_[at->second].clear();
    }
    if (holder.growth == growth) grown_[at->second].push_back(step);
    return at->second;
  }

  void add_bytes(std::size_t id) {
    if (owner_[id] == kNobody) return;
    Holder& holder = holders_[owner_[id]];
    holder.steps.push_back(id);
    for (std::size_t i = 0; i < holder.series.size(); ++i) {
      holder.series[i].shallow += steps_[id].own[i].shallow;
    }
    holder.byte_growth += byte_growth(id);
  }

  void finish(std::size_t number) {
    Holder& holder = holders_[number];
    std::vector<std::size_t>& grown = grown_[number];
    if (holder.growth == Growth::kNew) holder.container = deepest(holder.container);
    holder.elements = holder.container;
    if (holder.growth == Growth::kElements) holder.elements = main_elements(grown);
    holder.path = growth_.text(holder.elements);
    holder.type = steps_[holder.elements].type;
    if (holder.growth == Growth::kElements && is_link(holder.elements)) {
      grown = links_of(holder, grown);
      holder.type = main_type_of_chain(growth_, grown, from_, to_);
    }
    if (holder.growth == Growth::kNames) {
      holder.path = holder.container == 0 ? "sys.modules[*]" : holder.path + ".*";
      holder.type = main_type(grown);
    }
    for (std::size_t i = 0; i < holder.series.size(); ++i) {
      holder.series[i].count = counted(holder, grown, i);
    }
    holder.count_growth = std::int64_t(holder.series[to_].count) -
                          std::int64_t(holder.series[from_].count);
  }

  // The growing step with the most bytes below. The keys of a dict are it only where more of them are
  // new than of its values.
  std::size_t main_elements(const std::vector<std::size_t>& grown) const {
    const auto is_key = [this](std::size_t id) {
      return steps_[id].label.text.find(".keys()") != std::string::npos;
    };
    std::int64_t keys = 0, values = 0;
    for (const std::size_t id : grown) (is_key(id) ? keys : values) += count_growth(id);
    const auto weight = [&](std::size_t id) {
      return std::tuple(is_key(id) == (values < keys), growth_below(id), count_growth(id));
    };
    return *std::ranges::max_element(grown, {}, weight);
  }

  bool is_link(std::size_t id) const { return steps_[id].folds && !steps_[id].label.many; }

  // Where a chain has grown: its links, whatever their types. What hangs at another link by the same
  // label is explained by that one, but is as much of the chain.
  std::vector<std::size_t> links_of(const Holder& holder, const std::vector<std::size_t>& grown) const {
    std::vector<std::size_t> links;
    const auto contains = [](const std::vector<std::size_t>& ids, std::size_t id) {
      return std::ranges::find(ids, id) != ids.end();
    };
    for (const std::size_t id : holder.steps) {
      if (steps_[id].label.text != steps_[holder.elements].label.text) continue;
      const bool is_first = is_link(id) && contains(grown, id);
      if (is_first || contains(links, steps_[id].parent)) links.push_back(id);
    }
    return links;
  }

  // Elements that read like those that grew most; keys beside them do not count twice.
  std::uint64_t counted(const Holder& holder, const std::vector<std::size_t>& grown,
                        std::size_t snapshot) const {
    if (holder.growth == Growth::kNew) return steps_[holder.container].own[snapshot].count;
    std::uint64_t count = 0;
    for (const std::size_t id : grown) {
      if (holder.growth == Growth::kInPlace) count += steps_[id].references[snapshot];
      const bool is_like = holder.growth == Growth::kNames ||
                           (holder.growth == Growth::kElements &&
                            steps_[id].label.text == steps_[holder.elements].label.text);
      if (is_like) count += steps_[id].own[snapshot].count;
    }
    return count;
  }

  std::string main_type(const std::vector<std::size_t>& grown) const {
    std::map<std::string, std::int64_t> bytes;
    for (const std::size_t id : grown) bytes[steps_[id].type] += growth_below(id);
    return std::ranges::max_element(bytes, {}, [](const auto& one) { return one.second; })->first;
  }

  // Down from something new, for as long as one thing below has most of it.
  std::size_t deepest(std::size_t id) {
    if (children_.empty()) {
      for (std::size_t child = 1; child < steps_.size(); ++child) {
        if (growth_below(child) > 0) children_[steps_[child].parent].push_back(child);
      }
    }
    for (;;) {
      const auto below = children_.find(id);
      if (below == children_.end()) return id;
      const auto next = std::ranges::find_if(below->second, [&](std::size_t child) {
        return double(growth_below(child)) >= kMost * double(growth_below(id)) &&
               count_growth(child) <= count_growth(id) && owner_[child] == owner_[id];
      });
      if (next == below->second.end()) return id;
      id = *next;
    }
  }

  const PathGrowth& growth_;
  const std::vector<GrowthStep>& steps_;
  const std::size_t from_, to_;
  std::vector<std::size_t> owner_;  // by step, a holder or nobody
  std::map<std::size_t, std::uint64_t> new_names_;  // by parent
  std::map<Key, std::size_t> by_container_;
  std::vector<Holder> holders_;
  std::vector<std::vector<std::size_t>> grown_;  // by holder, the steps that grew
  std::map<std::size_t, std::vector<std::size_t>> children_;  // those that have grown
};

}  // namespace

std::string main_type_of_chain(const PathGrowth& growth, std::span<const std::size_t> links,
                               std::size_t from, std::size_t to) {
  std::map<std::string, std::int64_t> grown;
  for (const std::size_t id : links) {
    const GrowthStep& link = growth.steps()[id];
    grown[link.type] += std::int64_t(link.own[to].count) - std::int64_t(link.own[from].count);
  }
  const auto by_growth = [](const auto& one) { return one.second; };
  const std::int64_t most = by_growth(*std::ranges::max_element(grown, {}, by_growth));
  const auto has_much = [most](const auto& one) {
    return one.second == most || 2 * one.second >= most;
  };
  return std::ranges::find_if(grown, has_much)->first;
}

std::vector<Holder> find_holders(const PathGrowth& growth, std::size_t from, std::size_t to) {
  return Search(growth, from, to).run();
}

std::vector<NodeId> containers(const Graph& graph, const PathTree& tree, const PathGrowth& growth,
                               const std::vector<Holder>& holders) {
  std::map<std::size_t, NodeId> best;
  for (const Holder& holder : holders) best[holder.container] = kNoNode;
  std::vector<NodeId*> by_path(tree.steps.size(), nullptr);
  for (PathId path = 1; path < tree.steps.size(); ++path) {
    const auto at = best.find(growth.step_of_path()[path]);
    if (at != best.end()) by_path[path] = &at->second;
  }
  const auto referents = [&graph](NodeId id) {
    return id < graph.container_count() ? graph.referents(id).size() : 0;
  };
  const auto weight = [&](NodeId id) { return std::pair(referents(id), graph.size(id)); };
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    NodeId* const chosen = by_path[tree.path_of[id]];
    if (chosen == nullptr) continue;
    if (*chosen == kNoNode || weight(*chosen) < weight(id)) *chosen = id;
  }
  std::vector<NodeId> result;
  for (const Holder& holder : holders) result.push_back(best[holder.container]);
  return result;
}

}  // namespace heapsnap
