#include "libanalysis/dominators.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string_view>
#include <vector>

#include "libanalysis/reachability.h"
#include "tests/support/dominator_families.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

NodeSet one(const Graph& graph, NodeId id) {
  NodeSet set(graph.node_count());
  set.insert(id);
  return set;
}

// What cannot be reached without the node: by definition what it dominates.
NodeSet dominated_by_definition(const Graph& graph, NodeId id) {
  return ~reachable(graph, one(graph, graph.root()), one(graph, id));
}

void check_against_definition(const NamedHeap& heap) {
  const Graph& graph = heap.graph;
  const Dominators tree = dominators(graph, 2);
  std::vector<NodeId> nearest(graph.node_count(), graph.root());
  std::vector<NodeId> size_of_nearest(graph.node_count(), graph.node_count());
  for (NodeId a = 0; a < graph.node_count(); ++a) {
    if (a == graph.root()) continue;
    const NodeSet dominated = dominated_by_definition(graph, a);
    std::uint64_t retained = 0;
    for (NodeId b = 0; b < graph.node_count(); ++b) {
      REQUIRE(dominates(tree, a, b) == dominated.contains(b));
      if (dominated.contains(b)) retained += graph.size(b);
      // The immediate dominator is the one that dominates the least but b itself.
      if (a != b && dominated.contains(b) && dominated.count() < size_of_nearest[b]) {
        nearest[b] = a;
        size_of_nearest[b] = dominated.count();
      }
    }
    REQUIRE(tree.retained[a] == retained);
  }
  for (NodeId b = 0; b < graph.node_count(); ++b) {
    REQUIRE(immediate_dominator(tree, b) == (b == graph.root() ? kNoNode : nearest[b]));
    REQUIRE(tree.preorder[tree.position[b]] == b);
  }
}

TEST_CASE("the arms of a diamond do not dominate its foot") {
  const NamedHeap heap = heap_from(R"(
    root -> top
    top  -> left right
    left -> foot
    right -> foot
  )");
  const Dominators tree = dominators(heap.graph);
  CHECK(immediate_dominator(tree, heap["foot"]) == heap["top"]);
  CHECK(immediate_dominator(tree, heap["left"]) == heap["top"]);
  CHECK(immediate_dominator(tree, heap["top"]) == heap["root"]);
  CHECK(immediate_dominator(tree, heap["root"]) == kNoNode);
  CHECK(tree.retained[heap["top"]] == 4 * 16);
  CHECK(tree.retained[heap["left"]] == 16);
}

TEST_CASE("loops, islands and what C holds have dominators") {
  const NamedHeap heap = heap_from(R"(
    root   -> a
    a      -> b b a
    b      -> a c
    c      = object 100 refs 5          # also held by C
    ring1  -> ring2
    ring2  -> ring1 waste
  )");
  const Dominators tree = dominators(heap.graph);
  CHECK(immediate_dominator(tree, heap["b"]) == heap["a"]);
  CHECK(immediate_dominator(tree, heap["c"]) == heap["root"]);
  CHECK(immediate_dominator(tree, heap["waste"]) == heap["ring2"]);
  CHECK(tree.retained[heap["ring2"]] + tree.retained[heap["ring1"]] >= 3 * 16);
  CHECK(tree.retained[heap["root"]] == 100 + 5 * 16);
}

TEST_CASE("an empty heap is its virtual root") {
  const NamedHeap heap = heap_from("");
  const Dominators tree = dominators(heap.graph);
  CHECK(tree.preorder.size() == 1);
  CHECK(tree.retained[0] == 0);
}

TEST_CASE("dominators are what their definition says, on random graphs of every density") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    INFO("seed " << seed);
    check_against_definition(heap_of(random_plan(seed, 1 + seed % 25, seed * 7 % 71)));
  }
}

HeapPlan plan_of(const EdgeList& list) {
  HeapPlan plan;
  for (const std::vector<std::uint32_t>& targets : list.targets) {
    plan.nodes.push_back({.edges = {targets.begin(), targets.end()}});
  }
  plan.roots = {0};
  return plan;
}

TEST_CASE("dominators are what their definition says, on graphs that are hard for them") {
  for (const DominatorFamily& family : dominator_families()) {
    for (std::size_t nodes = 8; nodes < 90; nodes += 1 + nodes / 8) {
      INFO(family.name << ", " << nodes << " nodes");
      const NamedHeap heap = heap_of(plan_of(family.make(nodes)));
      const NodeSet found = reachable(heap.graph, one(heap.graph, heap.ids[0]));
      REQUIRE(found.count() == heap.graph.node_count() - 1);  // all but the virtual root
      check_against_definition(heap);
    }
  }
}

// Walking up the tree for each of the payload is quadratic.
TEST_CASE("a long list whose payload is indexed is done with jump pointers") {
  const std::size_t length = 100'000;
  const auto families = dominator_families();
  const auto family = std::ranges::find(
      families, std::string_view("list with an indexed payload"), &DominatorFamily::name);
  REQUIRE(family != families.end());
  const NamedHeap heap = heap_of(plan_of(family->make(2 + 2 * length)));
  const Dominators tree = dominators(heap.graph);
  CHECK(immediate_dominator(tree, heap.ids[1 + length]) == heap.ids[length]);
  CHECK(immediate_dominator(tree, heap.ids[1 + 2 * length]) == heap.ids[0]);
}

TEST_CASE("a chain of a million containers needs no stack") {
  HeapPlan plan;
  plan.nodes.resize(1'000'000);
  for (std::size_t i = 0; i + 1 < plan.nodes.size(); ++i) plan.nodes[i].edges = {i + 1};
  plan.roots = {0};
  const NamedHeap heap = heap_of(plan);
  const Dominators tree = dominators(heap.graph);
  CHECK(tree.retained[heap.ids[0]] == 16'000'000);
  CHECK(immediate_dominator(tree, heap.ids[999'999]) == heap.ids[999'998]);
}

}  // namespace
}  // namespace heapsnap
