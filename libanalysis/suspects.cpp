#include "libanalysis/suspects.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "libanalysis/dominators.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kShares = 10;         // a suspect has one of so many
constexpr std::uint32_t kMostOfOneType = 16;  // on the way down, where builtins alternate

using Position = std::uint32_t;  // in the preorder of the dominator tree

struct Group {
  std::uint64_t count = 0;
  std::uint64_t retained = 0;
  std::vector<Position> members = {};
};

class Search {
 public:
  explicit Search(const Heap& heap)
      : graph_(heap.graph()), tree_(heap.dominators()),
        enough_(std::max<std::uint64_t>(tree_.retained[graph_.root()] / kShares, 1)) {}

  std::vector<Suspect> run() {
    std::vector<Place> places = {{tree_.position[graph_.root()], {}}};
    while (!places.empty()) {
      const Place place = std::move(places.back());
      places.pop_back();
      go_down(place, places);
    }
    std::ranges::sort(found_, [](const Suspect& a, const Suspect& b) {
      return std::tuple(b.retained, a.type, a.node) < std::tuple(a.retained, b.type, b.node);
    });
    return std::move(found_);
  }

 private:
  struct Place {
    Position at;
    std::map<TypeId, std::uint32_t> passed;  // types on the way to it, itself included
  };

  std::uint64_t retained(Position at) const { return tree_.retained[tree_.preorder[at]]; }
  TypeId type_of(Position at) const { return graph_.type_of(tree_.preorder[at]); }

  void go_down(const Place& place, std::vector<Place>& places) {
    std::uint64_t rest = retained(place.at);
    bool chain = false;
    std::vector<Place> below;
    const Position end = tree_.subtree_end[place.at];
    for (Position at = place.at + 1; at < end; at = tree_.subtree_end[at]) {
      if (retained(at) < enough_) continue;
      Place next{at, place.passed};
      const std::uint32_t times = ++next.passed[type_of(at)];
      if (times > most_of(type_of(at))) {
        chain = true;
        continue;
      }
      rest -= retained(at);
      below.push_back(std::move(next));
    }
    const NodeId id = tree_.preorder[place.at];
    if (id == graph_.root()) {
      add_classes(place.at, below);
    } else if (graph_.is_object(id) && (below.empty() || chain || rest >= enough_)) {
      add({.node = id, .type = graph_.type_of(id), .retained = tree_.retained[id]}, {place.at});
    }
    std::ranges::move(below, std::back_inserter(places));
  }

  // A container of the language may well hold another one; a class of a program is a chain.
  std::uint32_t most_of(TypeId type) const {
    return graph_.type(type).module == "builtins" ? kMostOfOneType : 1;
  }

  // What only roots dominate and is not large by itself, by type.
  void add_classes(Position root, const std::vector<Place>& large) {
    std::map<TypeId, Group> groups;
    const Position end = tree_.subtree_end[root];
    for (Position at = root + 1; at < end; at = tree_.subtree_end[at]) {
      if (!graph_.is_object(tree_.preorder[at])) continue;
      if (std::ranges::find(large, at, &Place::at) != large.end()) continue;
      Group& group = groups[type_of(at)];
      ++group.count;
      group.retained += retained(at);
      group.members.push_back(at);
    }
    for (const auto& [type, group] : groups) {
      if (group.retained < enough_ || group.count < 2) continue;
      add({.type = type, .count = group.count, .retained = group.retained}, group.members);
    }
  }

  void add(Suspect suspect, const std::vector<Position>& members) {
    std::map<TypeId, Group> groups;
    for (const Position member : members) {
      const Position end = tree_.subtree_end[member];
      for (Position at = member + 1; at < end; at = tree_.subtree_end[at]) {
        Group& group = groups[type_of(at)];
        ++group.count;
        group.retained += retained(at);
      }
    }
    for (const auto& [type, group] : groups) {
      if (group.retained <= suspect.content_retained) continue;
      suspect.content = type;
      suspect.content_count = group.count;
      suspect.content_retained = group.retained;
    }
    found_.push_back(suspect);
  }

  const Graph& graph_;
  const Dominators& tree_;
  const std::uint64_t enough_;  // bytes
  std::vector<Suspect> found_;
};

}  // namespace

std::vector<Suspect> find_suspects(const Heap& heap) { return Search(heap).run(); }

}  // namespace heapsnap
