// What selectors mean, against their definitions and the laws of sets.
#include <catch2/catch.hpp>
#include <string>

#include "libanalysis/reachability.h"
#include "libanalysis/selector.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

NodeSet selected(const Heap& heap, const std::string& text) {
  const Result<Selector> selector = parse_selector(text);
  REQUIRE(selector.has_value());
  Result<NodeSet> nodes = select(heap, *selector);
  REQUIRE(nodes.has_value());
  return *nodes;
}

// Whether there is an edge from one set to a node.
bool referred_from(const Graph& graph, const NodeSet& from, NodeId id) {
  for (const NodeId source : from) {
    for (const NodeId target : graph.referents(source)) {
      if (target == id) return true;
    }
  }
  return false;
}

NodeSet alone(const Graph& graph, NodeId id) {
  NodeSet set(graph.node_count());
  set.insert(id);
  return set;
}

TEST_CASE("functions agree with their definitions on random graphs") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const NamedHeap named = heap_of(random_plan(seed, 1 + seed % 25, seed));
    const Graph& graph = named.graph;
    const NodeSet some = selected(named.heap, "size>40");
    const NodeSet referrers = selected(named.heap, "referrers(size>40)");
    const NodeSet referents = selected(named.heap, "referents(size>40)");
    const NodeSet cycles = selected(named.heap, "cycle(size>40)");
    const NodeSet dominated = selected(named.heap, "dominated(size>40)");
    for (const NodeId id : graph.objects()) {
      bool refers = false, on_cycle = false;
      for (const NodeId member : some) {
        refers |= referred_from(graph, alone(graph, id), member);
        const bool ahead = reachable(graph, alone(graph, member)).contains(id);
        const bool back = reachable(graph, alone(graph, id)).contains(member);
        on_cycle |= id == member ? referred_from(graph, reachable(graph, alone(graph, id)), id)
                                 : ahead && back;
      }
      REQUIRE(referrers.contains(id) == refers);
      REQUIRE(referents.contains(id) == referred_from(graph, some, id));
      REQUIRE(cycles.contains(id) == on_cycle);
    }
    REQUIRE(dominated == (retained_set(graph, some) & graph.objects()));
  }
}

TEST_CASE("the laws of sets hold") {
  const NamedHeap heap = heap_of(random_plan(5, 60, 120));
  const auto same = [&](const char* a, const char* b) {
    CHECK(selected(heap.heap, a) == selected(heap.heap, b));
  };
  same("!(size>40 & depth>2)", "!size>40 | !depth>2");
  same("!(size>40 | depth>2)", "!size>40 & !depth>2");
  same("size>40 - depth>2", "size>40 & !depth>2");
  same("!!size>40", "size>40");
  same("size>40 | !size>40", "all");
  same("size>40 & !size>40", "none");
  same("size:41..", "size>40");
  same("reachable | unreachable", "all");
}

}  // namespace
}  // namespace heapsnap
