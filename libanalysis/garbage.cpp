#include "libanalysis/garbage.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libanalysis/components.h"

namespace heapsnap {
namespace {

constexpr std::size_t kMostTypes = 4;  // in a name

// The members of each class, in increasing order.
using Members = std::vector<std::vector<NodeId>>;

Members dead_cycles(const Heap& heap) {
  const Graph& graph = heap.graph();
  const NodeSet dead = cycles_of(graph, graph.objects() - heap.reachable()) & graph.objects();
  Members members;
  if (dead.empty()) return members;
  const Components all = components(graph);
  std::vector<std::size_t> place(all.count, 0);  // from 1
  for (const NodeId id : dead) {
    std::size_t& at = place[all.component[id]];
    if (at == 0) {
      members.emplace_back();
      at = members.size();
    }
    members[at - 1].push_back(id);
  }
  return members;
}

std::string name_of(const Graph& graph, const std::vector<NodeId>& members) {
  std::map<std::string, std::uint64_t> counts;
  for (const NodeId id : members) ++counts[graph.type_name(graph.type_of(id))];
  std::vector<std::pair<std::string, std::uint64_t>> types(counts.begin(), counts.end());
  std::ranges::stable_sort(types, [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < types.size() && i < kMostTypes; ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", types[i].second, types[i].first);
  }
  return types.size() > kMostTypes ? text + ", ..." : text;
}

}  // namespace

Classification classify_dead_cycles(const Heap& heap) {
  const Graph& graph = heap.graph();
  const auto members = std::make_shared<const Members>(dead_cycles(heap));
  Classification result(graph.node_count(), static_cast<KindId>(members->size()));
  for (KindId kind = 0; kind < members->size(); ++kind) {
    for (const NodeId id : (*members)[kind]) result.put(id, kind);
  }
  result.name_kinds(
      {.name = [&graph, members](KindId kind) { return name_of(graph, (*members)[kind]); },
       .selector = [&graph, members](KindId kind) {
         const Address address = graph.address((*members)[kind].front());
         return Selector{Apply{Function::kCycle, {Selector{AtAddress{address}}}}};
       }});
  return result;
}

}  // namespace heapsnap
