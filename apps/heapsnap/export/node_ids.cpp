#include "apps/heapsnap/export/node_ids.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace heapsnap {
namespace {

constexpr Address kGap = 16;  // no two objects begin closer together
constexpr std::uint32_t kPlaces = std::uint32_t{1} << 31;

std::uint32_t place_of(const Graph& graph, NodeId id) {
  return static_cast<std::uint32_t>(graph.address(id) / kGap % kPlaces);
}

}  // namespace

NodeIds::NodeIds(const Graph& graph, std::uint32_t reserved) : graph_(graph) {
  std::vector<std::uint32_t> taken;
  taken.reserve(graph.node_count());
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    if (id != graph.root()) taken.push_back(place_of(graph, id));
  }
  std::ranges::sort(taken);
  std::unordered_set<std::uint32_t> shared;  // places of several nodes
  for (std::size_t i = 1; i < taken.size(); ++i) {
    if (taken[i] == taken[i - 1]) shared.insert(taken[i]);
  }
  if (shared.empty() && (taken.empty() || taken.front() >= reserved)) return;

  std::unordered_set<std::uint32_t> has_first;
  std::uint32_t next = reserved;
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    if (id == graph.root()) continue;
    const std::uint32_t place = place_of(graph, id);
    const bool stays = place >= reserved &&
                       (!shared.contains(place) || has_first.insert(place).second);
    if (stays) continue;
    while (std::ranges::binary_search(taken, next)) ++next;
    moved_[id] = next++;
  }
}

std::uint32_t NodeIds::operator[](NodeId id) const {
  const auto moved = moved_.find(id);
  return 2 * (moved == moved_.end() ? place_of(graph_, id) : moved->second) + 1;
}

}  // namespace heapsnap
