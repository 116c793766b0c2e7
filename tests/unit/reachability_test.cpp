#include "libanalysis/reachability.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "libanalysis/dominators.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

NodeSet set_of(const NamedHeap& heap, std::initializer_list<const char*> names) {
  NodeSet set(heap.graph.node_count());
  for (const char* name : names) set.insert(heap[name]);
  return set;
}

// By passing over all edges until nothing changes.
NodeSet reachable_slowly(const Graph& graph, const NodeSet& from, const NodeSet& avoid) {
  NodeSet seen = from - avoid;
  for (bool changed = true; changed;) {
    changed = false;
    for (NodeId id = 0; id < graph.node_count(); ++id) {
      if (!seen.contains(id)) continue;
      for (const NodeId target : graph.referents(id)) {
        if (!avoid.contains(target)) changed |= seen.add(target);
      }
    }
  }
  return seen;
}

NodeSet random_set(const Graph& graph, std::mt19937_64& random, unsigned one_in) {
  NodeSet set(graph.node_count());
  for (const NodeId id : graph.objects()) {
    if (random() % one_in == 0) set.insert(id);
  }
  return set;
}

TEST_CASE("what is avoided is not entered, and what is the limit is not passed") {
  const NamedHeap heap = heap_from(R"(
    root -> a
    a    -> b c
    b    -> d
    d    -> e
    c    -> e
    e    -> a
  )");
  const Graph& graph = heap.graph;
  CHECK(reachable(graph, set_of(heap, {"d"})) == set_of(heap, {"a", "b", "c", "d", "e"}));
  CHECK(reachable(graph, set_of(heap, {"a"}), set_of(heap, {"b", "e"})) ==
        set_of(heap, {"a", "c"}));
  CHECK(reachable_until(graph, set_of(heap, {"a"}), set_of(heap, {"b", "e"})) ==
        set_of(heap, {"a", "b", "c", "e"}));
  CHECK(reachable_until(graph, set_of(heap, {"a"}), set_of(heap, {"a"})) == set_of(heap, {"a"}));
}

TEST_CASE("what two nodes hold together goes if both go") {
  const NamedHeap heap = heap_from(R"(
    root  -> one two other
    one   -> shared
    two   -> shared
    other -> kept
  )");
  CHECK(retained_set(heap.graph, set_of(heap, {"one"})) == set_of(heap, {"one"}));
  CHECK(retained_set(heap.graph, set_of(heap, {"one", "two"})) ==
        set_of(heap, {"one", "two", "shared"}));
}

TEST_CASE("roots are found by kind") {
  const NamedHeap heap = heap_from(R"(
    root -> a
    b = object 16 refs 0
    c -> c
  )");
  CHECK(root_targets(heap.graph, {RootKind::kThread}) == set_of(heap, {"a"}));
  CHECK(root_targets(heap.graph, {RootKind::kImmortal, RootKind::kUnreachable}) ==
        set_of(heap, {"b", "c"}));
}

TEST_CASE("reachability agrees with its slow twin on random graphs") {
  std::mt19937_64 random(11);
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const NamedHeap heap = heap_of(random_plan(seed, 1 + seed % 50, seed % 120));
    const NodeSet from = random_set(heap.graph, random, 5);
    const NodeSet avoid = random_set(heap.graph, random, 4);
    REQUIRE(reachable(heap.graph, from, avoid) == reachable_slowly(heap.graph, from, avoid));
    NodeSet until = reachable_slowly(heap.graph, from, avoid);
    for (const NodeId id : avoid) {
      bool entered = from.contains(id);
      for (const NodeId referrer : heap.graph.referrers(id)) {
        entered |= until.contains(referrer) && !avoid.contains(referrer);
      }
      if (entered) until.insert(id);
    }
    REQUIRE(reachable_until(heap.graph, from, avoid) == until);
  }
}

TEST_CASE("the retained set of one node is what it dominates") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const NamedHeap heap = heap_of(random_plan(seed, 1 + seed % 30, seed % 90));
    const Dominators tree = dominators(heap.graph);
    for (const NodeId a : heap.graph.objects()) {
      NodeSet alone(heap.graph.node_count());
      alone.insert(a);
      NodeSet dominated(heap.graph.node_count());
      for (const NodeId b : heap.graph.objects()) {
        if (dominates(tree, a, b)) dominated.insert(b);
      }
      REQUIRE(retained_set(heap.graph, alone) == dominated);
    }
  }
}

}  // namespace
}  // namespace heapsnap
