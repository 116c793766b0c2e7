#include "libanalysis/depths.h"

#include <catch2/catch.hpp>
#include <vector>

#include "libanalysis/reachability.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

TEST_CASE("depth is the number of steps from the nearest root") {
  const NamedHeap heap = heap_from(R"(
    root -> a
    a -> b c
    b -> c d
    d -> a
    e = object 16 refs 0
    e -> c
    f -> g
    g -> f a
  )");
  const Depths found = depths(heap.graph);
  const auto depth = [&](const char* name) { return found.depth[heap[name]]; };
  const auto kind = [&](const char* name) { return found.kind[heap[name]]; };
  CHECK(depth("root") == 0);
  CHECK(depth("a") == 1);
  CHECK(depth("c") == 2);
  CHECK(depth("d") == 3);
  CHECK(kind("c") == RootKind::kThread);  // as near to e, which is immortal
  CHECK(depth("e") == 1);
  CHECK(kind("e") == RootKind::kImmortal);
  CHECK(kind("f") == RootKind::kUnreachable);
  CHECK(kind("g") == RootKind::kUnreachable);
  CHECK(depth("f") + depth("g") == 3);
  CHECK(kind("a") == RootKind::kThread);
}

// Distances by relaxing all edges until nothing changes. All nodes of these heaps are objects.
std::vector<std::uint32_t> depths_slowly(const Graph& graph, const NodeSet& from) {
  std::vector<std::uint32_t> depth(graph.node_count(), UINT32_MAX);
  for (const NodeId id : from) depth[id] = 1;
  for (bool changed = true; changed;) {
    changed = false;
    for (NodeId id = 0; id < graph.node_count(); ++id) {
      if (depth[id] == UINT32_MAX) continue;
      for (const NodeId target : graph.referents(id)) {
        if (depth[target] <= depth[id] + 1) continue;
        depth[target] = depth[id] + 1;
        changed = true;
      }
    }
  }
  return depth;
}

TEST_CASE("depths and kinds agree with their slow twin on random graphs") {
  constexpr RootKind kKinds[] = {RootKind::kThread, RootKind::kImmortal, RootKind::kHeldByC};
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    HeapPlan plan = random_plan(seed, 1 + seed % 40, seed % 90);
    for (std::size_t i = 0; i < plan.nodes.size(); i += 7) plan.nodes[i].refs = i % 2 ? 0 : 100;
    const NamedHeap heap = heap_of(plan);
    const Graph& graph = heap.graph;
    const Depths found = depths(graph);
    std::vector<std::vector<std::uint32_t>> by_kind;
    for (const RootKind kind : kKinds) {
      by_kind.push_back(depths_slowly(graph, root_targets(graph, {kind})));
    }
    const auto garbage = depths_slowly(graph, root_targets(graph, {RootKind::kUnreachable}));
    for (const NodeId id : graph.objects()) {
      std::size_t best = 0;
      for (std::size_t i = 1; i < by_kind.size(); ++i) {
        if (by_kind[i][id] < by_kind[best][id]) best = i;
      }
      const bool unreachable = by_kind[best][id] == UINT32_MAX;
      REQUIRE(found.kind[id] == (unreachable ? RootKind::kUnreachable : kKinds[best]));
      REQUIRE(found.depth[id] == (unreachable ? garbage[id] : by_kind[best][id]));
      REQUIRE(heap.heap.reachable().contains(id) != unreachable);
    }
  }
}

}  // namespace
}  // namespace heapsnap
