#include "libanalysis/main_place.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace heapsnap {
namespace {

// Signed: what grew in one place of a holder may have shrunk in another.
struct Weight {
  std::int64_t count = 0;
  std::int64_t bytes = 0;

  Weight& operator+=(const Weight& other) {
    count += other.count;
    bytes += other.bytes;
    return *this;
  }
  std::pair<std::int64_t, std::int64_t> rank(Gauged measure) const {
    return measure == Gauged::kCount ? std::pair(count, bytes) : std::pair(bytes, count);
  }
};

Weight weight_of(const Measure& measure) {
  return {std::int64_t(measure.count), std::int64_t(measure.shallow)};
}

// By path, the objects that hang there.
std::vector<Weight> hanging(const PathTree& tree, const Graph& graph, const NodeSet& objects) {
  std::vector<Weight> at(tree.steps.size());
  for (const NodeId id : objects) at[tree.path_of[id]] += {1, std::int64_t(graph.size(id))};
  return at;
}

// By path, the first on the way there where any of them hang; kTopPath: none.
std::vector<PathId> first_with_any(const PathTree& tree, const std::vector<Weight>& at) {
  std::vector<PathId> first(tree.steps.size(), kTopPath);
  for (PathId path = 1; path < first.size(); ++path) {
    const PathId above = first[tree.steps[path].parent];
    first[path] = above != kTopPath || at[path].count == 0 ? above : path;
  }
  return first;
}

Weight least(const Weight& a, const Weight& b) {
  return {std::min(a.count, b.count), std::min(a.bytes, b.bytes)};
}

}  // namespace

const Holder* main_holder(const std::vector<Holder>& holders, const PathGrowth& growth,
                          std::size_t from, const PathTree& tree, const Graph& graph,
                          const NodeSet& objects, Gauged measure) {
  const std::vector<Weight> at = hanging(tree, graph, objects);
  const std::vector<PathId> first = first_with_any(tree, at);
  std::vector<Weight> grown(growth.steps().size());  // by step
  for (PathId path = 1; path < at.size(); ++path) {
    const std::size_t id = growth.step_of_path()[path];
    const std::vector<Measure>& own = growth.steps()[id].own;
    const Weight now = weight_of(own.back()), was = weight_of(own[from]);
    const Weight all = {now.count - was.count, now.bytes - was.bytes};
    if (measure == Gauged::kRetained) {
      if (first[path] != kTopPath) grown[id] = all;
    } else if (at[path].count > 0) {
      grown[id] = least(all, at[path]);
    }
  }
  const Holder* most = nullptr;
  Weight most_grown;
  for (const Holder& holder : holders) {
    Weight sum;
    for (const std::size_t step : holder.steps) sum += grown[step];
    if (sum.rank(measure) <= most_grown.rank(measure)) continue;
    most = &holder;
    most_grown = sum;
  }
  return most;
}

PathId main_path(const PathTree& tree, const Graph& graph, const NodeSet& objects, Gauged measure) {
  const std::vector<Weight> at = hanging(tree, graph, objects);
  const std::vector<PathId> first = first_with_any(tree, at);
  std::vector<Weight> has(at);
  if (measure == Gauged::kRetained) {
    std::fill(has.begin(), has.end(), Weight{});
    for (PathId path = 1; path < at.size(); ++path) {
      const Weight own = weight_of(tree.steps[path].own);
      if (first[path] != kTopPath) has[first[path]] += {at[path].count, own.bytes};
    }
  }
  // Elements by their container; of other paths, each by itself.
  const auto container = [&tree](PathId path) {
    const bool is_element = tree.labels[tree.steps[path].label].many && tree.steps[path].parent != kTopPath;
    return is_element ? std::pair(tree.steps[path].parent, true) : std::pair(path, false);
  };
  std::map<std::pair<PathId, bool>, Weight> together;
  for (PathId path = 1; path < has.size(); ++path) {
    if (has[path].count > 0) together[container(path)] += has[path];
  }
  const auto is_key = [&tree](PathId path) {
    return tree.labels[tree.steps[path].label].text.find(".keys()") != std::string::npos;
  };
  const auto rank = [&](PathId path) {
    return std::tuple(together[container(path)].rank(measure), has[path].rank(measure), !is_key(path));
  };
  PathId most = kTopPath;
  for (PathId path = 1; path < has.size(); ++path) {
    if (has[path].count == 0) continue;
    if (most == kTopPath || rank(most) < rank(path)) most = path;
  }
  return most;
}

}  // namespace heapsnap
