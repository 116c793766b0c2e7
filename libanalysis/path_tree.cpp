// A breadth-first search over paths instead of objects: a level is a list of paths with the objects
// that hang there, in an order that no address decides. An object goes to the first path of the level
// that leads to it, and among the edges from there to the one whose label reads first.
#include "libanalysis/path_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>
#include <utility>

#include "libanalysis/dict_owners.h"
#include "libanalysis/path_roots.h"

namespace heapsnap {
namespace {

// How often a step may come again before its path folds.
constexpr int kMostAttributes = 1;
constexpr int kMostItems = 3;

struct StepKey {
  PathId parent;
  GeneralLabelId label;
  TypeId type;
  bool operator==(const StepKey&) const = default;
};

struct StepKeyHash {
  std::size_t operator()(const StepKey& key) const {
    constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15u;
    std::uint64_t hash = (std::uint64_t{key.parent} << 32 | key.label) * kMix;
    hash = (hash ^ hash >> 29 ^ key.type) * kMix;
    return static_cast<std::size_t>(hash ^ hash >> 32);
  }
};

// By type, the first of its name.
std::vector<TypeId> first_of_name(const Graph& graph) {
  std::vector<TypeId> first(graph.type_count());
  std::unordered_map<std::string, TypeId> seen;
  for (TypeId type = 0; type < graph.type_count(); ++type) {
    first[type] = seen.try_emplace(common_type_name(graph, type), type).first->second;
  }
  return first;
}

void count(PathTree& tree, const Graph& graph, const NodeSet& objects) {
  for (const NodeId id : objects) {
    PathStep& step = tree.steps[tree.path_of[id]];
    step.own += {1, graph.size(id)};
    if (id < graph.container_count()) step.references += graph.referents(id).size();
  }
}

class Search {
 public:
  explicit Search(const Graph& graph)
      : graph_(graph),
        labels_(graph),
        first_of_name_(first_of_name(graph)),
        frames_(frame_labels(graph)),
        done_(graph.node_count()),
        dict_positions_(graph.forms().size(), kUnknown) {
    tree_.path_of = Array<PathId>(graph.node_count());
    tree_.steps.push_back({.label = labels_.intern({})});
    done_.insert(graph.root());
  }

  PathTree run() {
    bool is_first = true;
    for (const PathRoots& phase : path_roots(graph_)) {
      for (const PathRoot& root : phase) seed(root.label, root.target);
      if (is_first) settle_homes();
      is_first = false;
      go_down();
    }
    hang_garbage();
    count(tree_, graph_, graph_.objects());
    tree_.labels = labels_.all();
    return std::move(tree_);
  }

 private:
  static constexpr std::uint32_t kUnknown = ~std::uint32_t{0}, kNone = kUnknown - 1;

  // Objects that hang at one path and whose referents are still to be visited.
  struct Group {
    PathId path;
    std::vector<NodeId> members;
  };

  void seed(const GeneralLabel& label, NodeId id) {
    if (!done_.add(id)) return;
    const PathId path = child(kTopPath, labels_.intern(label), id);
    tree_.path_of[id] = path;
    if (id >= graph_.container_count()) return;
    if (next_.empty() || next_.back().path != path) next_.push_back({path, {}});
    next_.back().members.push_back(id);
  }

  // What the seeded modules are the homes of hangs there, whichever else come first.
  void settle_homes() {
    std::vector<Group> modules;
    modules.swap(next_);
    claim_dicts(modules);
    for (const Group& group : modules) {
      const std::string name = labels_[tree_.steps[group.path].label].text;
      visit(group, [&](NodeId source, NodeId target) {
        return is_home(graph_, name, source, target);
      });
    }
    std::vector<Group> homely;
    homely.swap(next_);
    for (const Group& group : modules) visit(group, every_edge);
    std::ranges::move(next_, std::back_inserter(homely));
    next_ = std::move(homely);
  }

  void go_down() {
    while (!next_.empty()) {
      std::vector<Group> level;
      level.swap(next_);
      claim_dicts(level);
      for (const Group& group : level) visit(group, every_edge);
    }
  }

  static bool every_edge(NodeId, NodeId) { return true; }

  // Owners have their namespaces before anybody else gets at these.
  void claim_dicts(const std::vector<Group>& level) {
    for (const Group& group : level) {
      for (const NodeId id : group.members) {
        const NodeId dict = namespace_of(id);
        if (dict == kNoNode || !done_.add(dict)) continue;
        tree_.path_of[dict] = child(group.path, labels_.of(id, dict_position_of(id)), dict);
      }
    }
  }

  std::uint32_t dict_position_of(NodeId id) {
    std::uint32_t& position = dict_positions_[graph_.form_of(id)];
    if (position == kUnknown) {
      position = static_cast<std::uint32_t>(dict_position(graph_, id).value_or(kNone));
    }
    return position;
  }

  NodeId namespace_of(NodeId id) {
    const std::uint32_t position = dict_position_of(id);
    if (position == kNone) return kNoNode;
    const NodeId dict = graph_.referents(id)[position];
    return graph_.type(graph_.type_of(dict)).layout == TypeLayout::kDict ? dict : kNoNode;
  }

  // Gives the group's path what its members refer to and no path before it.
  template <class Wanted>
  void visit(const Group& group, const Wanted& wanted) {
    reached_.clear();
    for (const NodeId source : group.members) {
      const auto referents = graph_.referents(source);
      for (std::size_t i = 0; i < referents.size(); ++i) {
        if (done_.contains(referents[i]) || !wanted(source, referents[i])) continue;
        reach(group.path, referents[i], label(source, i, referents[i]));
      }
      const NodeId dict = namespace_of(source);
      if (dict == kNoNode || dict >= graph_.container_count()) continue;
      if (tree_.steps[tree_.path_of[dict]].parent != group.path) continue;
      const auto entries = graph_.referents(dict);
      for (std::size_t i = 0; i < entries.size(); ++i) {
        if (done_.contains(entries[i]) || !wanted(dict, entries[i])) continue;
        reach(group.path, entries[i], labels_.of_namespace(dict, i));
      }
    }
    hand_on();
  }

  GeneralLabelId label(NodeId source, std::size_t position, NodeId target) {
    if (!graph_.is_object(source)) {
      const auto frame = frames_.find(target);
      if (frame != frames_.end()) return labels_.intern(frame->second);
    }
    return labels_.of(source, position);
  }

  void reach(PathId from, NodeId id, GeneralLabelId label) {
    PathId& path = tree_.path_of[id];
    if (path == kTopPath) {
      reached_.push_back(id);
    } else if (!reads_before(labels_[label], labels_[tree_.steps[path].label])) {
      return;
    }
    path = child(from, label, id);
  }

  // The objects just reached are to be visited in their turn, path by path.
  void hand_on() {
    std::unordered_map<PathId, std::size_t> group_of;
    std::vector<Group> groups;
    for (const NodeId id : reached_) {
      done_.insert(id);
      if (id >= graph_.container_count()) continue;
      const PathId path = tree_.path_of[id];
      const auto [at, is_new] = group_of.try_emplace(path, groups.size());
      if (is_new) groups.push_back({path, {}});
      groups[at->second].members.push_back(id);
    }
    std::ranges::sort(groups, [this](const Group& a, const Group& b) {
      return is_before(tree_.steps[a.path], tree_.steps[b.path]);
    });
    std::ranges::move(groups, std::back_inserter(next_));
  }

  bool is_before(const PathStep& a, const PathStep& b) const {
    if (a.label != b.label) return reads_before(labels_[a.label], labels_[b.label]);
    return common_type_name(graph_, a.type) < common_type_name(graph_, b.type);
  }

  PathId child(PathId parent, GeneralLabelId label, NodeId id) {
    const TypeId type = first_of_name_[graph_.type_of(id)];
    const auto [at, is_new] = children_.try_emplace({parent, label, type}, kTopPath);
    if (!is_new) return at->second;
    const PathId above = folded(parent, label, type);
    if (above != kTopPath) {
      tree_.steps[above].folds = true;
      return at->second = above;
    }
    at->second = static_cast<PathId>(tree_.steps.size());
    tree_.steps.push_back({.parent = parent, .label = label, .type = type});
    return at->second;
  }

  // The place on the way to a step where it came before, and too often.
  PathId folded(PathId parent, GeneralLabelId label, TypeId type) const {
    int left = labels_[label].many ? kMostItems : kMostAttributes;
    PathId nearest = kTopPath;
    for (PathId at = parent; at != kTopPath; at = tree_.steps[at].parent) {
      const PathStep& step = tree_.steps[at];
      if (step.label != label || step.type != type) continue;
      if (nearest == kTopPath) nearest = at;
      if (--left == 0) return nearest;
    }
    return kTopPath;
  }

  // What is left hangs by the classes of it, those of the program first.
  void hang_garbage() {
    std::map<std::pair<bool, std::string>, std::vector<NodeId>> by_type;
    for (NodeId id = 0; id < graph_.node_count(); ++id) {
      if (done_.contains(id)) continue;
      const TypeId type = graph_.type_of(id);
      by_type[{graph_.type(type).module == "builtins", common_type_name(graph_, type)}].push_back(id);
    }
    for (const auto& [name, nodes] : by_type) {
      for (const NodeId id : nodes) {
        if (!done_.contains(id)) seed(outside_label(graph_, "(unreachable)", id), id);
      }
      go_down();
    }
  }

  const Graph& graph_;
  GeneralLabels labels_;
  const std::vector<TypeId> first_of_name_;
  const std::unordered_map<NodeId, GeneralLabel> frames_;
  PathTree tree_;
  NodeSet done_;
  std::vector<std::uint32_t> dict_positions_;  // by form
  std::unordered_map<StepKey, PathId, StepKeyHash> children_;
  std::vector<Group> next_;
  std::vector<NodeId> reached_;  // by the group that is visited
};

}  // namespace

PathTree path_tree(const Graph& graph) { return Search(graph).run(); }

void narrow(PathTree& tree, const Graph& graph, const NodeSet& objects) {
  for (PathStep& step : tree.steps) {
    step.own = {};
    step.references = 0;
  }
  count(tree, graph, objects & graph.objects());
}

std::string path_text(const PathTree& tree, PathId path) {
  std::vector<PathId> way;
  for (PathId at = path; at != kTopPath; at = tree.steps[at].parent) way.push_back(at);
  std::string text;
  for (auto at = way.rbegin(); at != way.rend(); ++at) {
    const PathStep& step = tree.steps[*at];
    const std::string& label = tree.labels[step.label].text;
    text += step.folds && step.parent != kTopPath ? fmt::format("({})*", label) : label;
  }
  return text;
}

}  // namespace heapsnap
