// A breadth-first search from the sources gives each node its level, and ends with the level that
// has a target. Backwards from there, the nodes that have an edge to a node of the next level
// which is on a path are on one themselves. What is left is a graph of levels in which every node
// lies between a source and a target, so that walking it never turns back in vain.
#include "libanalysis/paths.h"

#include <algorithm>
#include <set>

#include "libanalysis/array.h"

namespace heapsnap {
namespace {

using RootKinds = std::span<const RootKind>;

constexpr RootKind kByPython[] = {RootKind::kThread, RootKind::kInterpreter};
constexpr RootKind kForEver[] = {RootKind::kStaticType, RootKind::kImmortal};
constexpr RootKind kByC[] = {RootKind::kHeldByC};
constexpr RootKind kGarbage[] = {RootKind::kUnreachable};
constexpr RootKinds kRootsInOrder[] = {kByPython, kForEver, kByC, kGarbage};

}  // namespace

class PathSearch {
 public:
  PathSearch(const Graph& graph, const PathQuery& query)
      : graph_(graph), query_(query), avoided_(query.avoid_between.begin(),
                                               query.avoid_between.end()) {}

  ShortestPaths from(const NodeSet& sources, RootKinds kinds) {
    allowed_ = [this_graph = &graph_, exclude = query_.exclude, avoid = query_.avoid,
                avoided = avoided_, kinds](NodeId source, std::size_t position, NodeId target) {
      if (exclude && exclude->contains(target)) return false;
      if (source == this_graph->root() && !kinds.empty()) {
        const RootKind kind = this_graph->roots()[position].kind;
        if (std::ranges::find(kinds, kind) == kinds.end()) return false;
      }
      if (!avoided.empty() && avoided.contains({source, target})) return false;
      return !avoid || !avoid(source, position);
    };
    search(sources);
    ShortestPaths result;
    result.graph_ = &graph_;
    result.allowed_ = allowed_;
    result.levels_ = levels_to_targets();
    return result;
  }

 private:
  // The nodes of each level that may refer to something, and all levels by node, plus one.
  void search(const NodeSet& sources) {
    level_ = Array<std::uint32_t>(graph_.node_count());
    last_level_ = 0;
    reached_.clear();
    std::vector<NodeId> now, next;
    for (const NodeId id : sources) {
      if (!query_.exclude || !query_.exclude->contains(id)) reach(id, 1, now);
    }
    for (std::uint32_t level = 2; reached_.empty() && !now.empty(); ++level) {
      next.clear();
      for (const NodeId id : now) {
        const auto referents = graph_.referents(id);
        for (std::size_t i = 0; i < referents.size(); ++i) {
          if (level_[referents[i]] == 0 && allowed_(id, i, referents[i])) {
            reach(referents[i], level, next);
          }
        }
      }
      now.swap(next);
    }
  }

  void reach(NodeId id, std::uint32_t level, std::vector<NodeId>& nodes) {
    level_[id] = level;
    last_level_ = level;
    if (id <= graph_.container_count()) nodes.push_back(id);
    if (query_.to.contains(id)) reached_.push_back(id);
  }

  std::vector<std::vector<NodeId>> levels_to_targets() const {
    if (reached_.empty()) return {};
    std::vector<std::vector<NodeId>> levels(last_level_);
    levels.back() = reached_;
    std::ranges::sort(levels.back());
    NodeSet on_path(graph_.node_count());
    for (const NodeId id : reached_) on_path.insert(id);
    for (std::size_t at = levels.size() - 1; at-- > 0;) {
      std::vector<NodeId>& nodes = levels[at];
      for (const NodeId id : levels[at + 1]) {
        for (const NodeId referrer : graph_.referrers(id)) {
          if (level_[referrer] == at + 1) nodes.push_back(referrer);
        }
      }
      std::ranges::sort(nodes);
      nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
      std::erase_if(nodes, [&](NodeId id) { return !leads_to(id, on_path, at + 2); });
      for (const NodeId id : nodes) on_path.insert(id);
    }
    return levels;
  }

  // Whether an allowed edge leads to a node on a path which has that number in level_.
  bool leads_to(NodeId id, const NodeSet& on_path, std::size_t number) const {
    const auto referents = graph_.referents(id);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      const NodeId target = referents[i];
      if (on_path.contains(target) && level_[target] == number && allowed_(id, i, target)) {
        return true;
      }
    }
    return false;
  }

  const Graph& graph_;
  const PathQuery& query_;
  std::set<std::pair<NodeId, NodeId>> avoided_;
  ShortestPaths::Allowed allowed_;
  Array<std::uint32_t> level_;
  std::uint32_t last_level_ = 0;
  std::vector<NodeId> reached_;  // targets of the last level
};

bool ShortestPaths::is_at(NodeId id, std::size_t level) const {
  return std::ranges::binary_search(levels_[level], id);
}

bool ShortestPaths::leads_on(NodeId source, std::size_t position, std::size_t level) const {
  const NodeId target = graph_->referents(source)[position];
  return is_at(target, level + 1) && allowed_(source, position, target);
}

BigUnsigned ShortestPaths::count() const {
  BigUnsigned all;
  if (empty()) return all;
  std::vector<BigUnsigned> counts(levels_[0].size(), BigUnsigned(1)), next;
  for (std::size_t level = 0; level + 1 < levels_.size(); ++level) {
    const std::vector<NodeId>& targets = levels_[level + 1];
    next.assign(targets.size(), BigUnsigned());
    for (std::size_t k = 0; k < counts.size(); ++k) {
      const NodeId source = levels_[level][k];
      const auto referents = graph_->referents(source);
      for (std::size_t i = 0; i < referents.size(); ++i) {
        const auto at = std::ranges::lower_bound(targets, referents[i]);
        if (at == targets.end() || *at != referents[i]) continue;
        if (allowed_(source, i, referents[i])) next[std::size_t(at - targets.begin())] += counts[k];
      }
    }
    counts.swap(next);
  }
  for (const BigUnsigned& count : counts) all += count;
  return all;
}

std::vector<Path> ShortestPaths::first(std::size_t limit) const { return walk(limit, false); }

std::vector<Path> ShortestPaths::last(std::size_t limit) const {
  std::vector<Path> paths = walk(limit, true);
  std::ranges::reverse(paths);
  return paths;
}

// A depth-first walk over the levels. A step that stands on the path is the one to go on behind.
std::vector<Path> ShortestPaths::walk(std::size_t limit, bool backward) const {
  std::vector<Path> paths;
  if (empty()) return paths;
  const auto next_step = [&](NodeId source, std::size_t tried) -> std::optional<Step> {
    const std::size_t level = tried >> 32;
    const auto referents = graph_->referents(source);
    for (std::size_t k = tried & 0xFFFFFFFF; k < referents.size(); ++k) {
      const std::size_t i = backward ? referents.size() - 1 - k : k;
      if (leads_on(source, i, level)) return Step{source, std::uint32_t(i), referents[i]};
    }
    return std::nullopt;
  };
  std::vector<NodeId> sources = levels_[0];
  if (backward) std::ranges::reverse(sources);
  for (const NodeId source : sources) {
    Path path;
    std::size_t tried = 0;  // of the referents of the last node of the path
    while (paths.size() < limit) {
      const NodeId at = path.empty() ? source : path.back().target;
      std::optional<Step> step;
      if (path.size() == length()) {
        paths.push_back(path);
      } else {
        step = next_step(at, path.size() << 32 | tried);
      }
      if (step) {
        path.push_back(*step);
        tried = 0;
      } else if (path.empty()) {
        break;
      } else {
        const Step& done = path.back();
        const std::size_t size = graph_->referents(done.source).size();
        tried = backward ? size - done.position : done.position + std::size_t{1};
        path.pop_back();
      }
    }
  }
  return paths;
}

std::vector<Step> ShortestPaths::edges_at(std::size_t level) const {
  std::vector<Step> edges;
  if (level >= length()) return edges;
  for (const NodeId source : levels_[level]) {
    const auto referents = graph_->referents(source);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      if (leads_on(source, i, level)) edges.push_back({source, std::uint32_t(i), referents[i]});
    }
  }
  return edges;
}

ShortestPaths shortest_paths(const Graph& graph, const PathQuery& query) {
  PathSearch search(graph, query);
  if (query.from) return search.from(*query.from, {});
  NodeSet root(graph.node_count());
  root.insert(graph.root());
  ShortestPaths paths;
  for (const RootKinds kinds : kRootsInOrder) {
    paths = search.from(root, kinds);
    if (!paths.empty()) break;
  }
  return paths;
}

}  // namespace heapsnap
