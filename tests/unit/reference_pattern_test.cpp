#include "libanalysis/reference_pattern.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "libanalysis/neighbours.h"
#include "libanalysis/selector.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

NodeSet set_of(const NamedHeap& heap, const std::vector<std::string>& names) {
  NodeSet set(heap.graph.node_count());
  for (const std::string& name : names) set.insert(heap[name]);
  return set;
}

std::string end_of(const PatternRow& row) {
  switch (row.end) {
    case RowEnd::kOpened: return "-";
    case RowEnd::kCut: return "+";
    case RowEnd::kStop: return "S";
    case RowEnd::kRoot: return "R";
    case RowEnd::kSame: return "^" + std::to_string(row.same_as);
  }
  return {};
}

// "  Cart 2 -": class, objects, end.
std::vector<std::string> lines(const NamedHeap& heap, const PatternQuery& query) {
  const Classification kinds =
      *find_classifier("type")->classify(heap.heap, heap.graph.objects_and_structures());
  std::vector<std::string> result;
  for (const PatternRow& row : reference_pattern(heap.graph, kinds, query).rows) {
    result.push_back(std::string(2 * row.depth, ' ') +
                     (row.kind == kNoKind ? "set" : kinds.name(row.kind)) + " " +
                     std::to_string(row.nodes.size()) + " " + end_of(row));
  }
  return result;
}

constexpr const char* kShop = R"(
  root -> shop
  shop -> cart1 cart2
  cart1 -> item1
  cart2 -> item1 item2 shop
  shop = Shop 10
  cart1 = Cart 20
  cart2 = Cart 20
  item1 = Item 100
  item2 = Item 100
)";

TEST_CASE("the referrers of a set are below it, and theirs below them") {
  const NamedHeap heap = heap_from(kShop);
  CHECK(lines(heap, {.of = set_of(heap, {"item1"})}) ==
        std::vector<std::string>{"set 1 -", "  Cart 2 -", "    Shop 1 -", "      Cart 1 -",
                                 "        Shop 1 ^2"});
}

TEST_CASE("a pattern ends at what it should, and where nothing but roots refers to the row") {
  const NamedHeap heap = heap_from(kShop);
  CHECK(lines(heap, {.of = set_of(heap, {"item1"}), .stop = set_of(heap, {"cart1", "cart2"})}) ==
        std::vector<std::string>{"set 1 -", "  Cart 2 S"});
  CHECK(lines(heap, {.of = set_of(heap, {"item1"}), .stop = set_of(heap, {"cart1"}), .depth = 2}) ==
        std::vector<std::string>{"set 1 -", "  Cart 2 -", "    Shop 1 +"});
  CHECK(lines(heap, {.of = set_of(heap, {"cart1"}), .depth = 1}) ==
        std::vector<std::string>{"set 1 -", "  Shop 1 +"});
  const NamedHeap only = heap_from("root -> a\n a = A 10");
  CHECK(lines(only, {.of = set_of(only, {"a"})}) == std::vector<std::string>{"set 1 R"});
}

TEST_CASE("immediate referrers are those that no other one leads to") {
  const NamedHeap heap = heap_from(R"(
    root -> first
    first -> second thing
    second -> thing
    first = First 10
    second = Second 10
  )");
  const NodeSet thing = set_of(heap, {"thing"});
  CHECK(lines(heap, {.of = thing, .depth = 1}) ==
        std::vector<std::string>{"set 1 -", "  First 1 R", "  Second 1 +"});
  CHECK(lines(heap, {.of = thing, .depth = 1, .immediate = true}) ==
        std::vector<std::string>{"set 1 -", "  First 1 R"});
}

TEST_CASE("what is no object is a referrer, and stops no search for the immediate ones") {
  const NamedHeap heap = heap_from(R"(
    root -> frame
    frame -> thing list
    list -> thing
    frame = <frame> 0
    list = List 10
  )");
  CHECK(lines(heap, {.of = set_of(heap, {"thing"}), .depth = 1, .immediate = true}) ==
        std::vector<std::string>{"set 1 -", "  List 1 +", "  <frame> 1 R"});
}

// A random heap with some structures: roots lead to them and no object does.
HeapPlan plan_with_structures(std::uint64_t seed) {
  HeapPlan plan = random_plan(seed, 4 + 2 * (seed % 20), 3 * seed % 160);
  const auto is_structure = [&](std::size_t i) { return i % 7 == seed % 7; };
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    HeapPlan::Node& node = plan.nodes[i];
    std::erase_if(node.edges, is_structure);
    node.type = is_structure(i) ? "<frame>" : "T" + std::to_string(i * i % 3);
    if (is_structure(i)) plan.roots.push_back(i);
  }
  return plan;
}

TEST_CASE("immediate referrers are those of their selector, on random graphs") {
  const std::string held = "referrers(type:T1)";
  const Selector formula = *parse_selector(held + " & reachable(roots, until " + held + ")");
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const NamedHeap named = heap_of(plan_with_structures(seed));
    const Graph& graph = named.graph;
    const Classification kinds =
        *find_classifier("type")->classify(named.heap, graph.objects_and_structures());
    const NodeSet set = *select(named.heap, *parse_selector("type:T1"));
    NodeSet found(graph.node_count());
    for (const PatternRow& row :
         reference_pattern(graph, kinds, {.of = set, .depth = 1, .immediate = true}).rows) {
      if (row.parent == kNoRow) continue;
      for (const NodeId id : row.nodes) found.insert(id);
    }
    REQUIRE((found & graph.objects()) == *select(named.heap, formula));
  }
}

TEST_CASE("sets that stand above can be left out") {
  const NamedHeap heap = heap_from(kShop);
  CHECK(lines(heap, {.of = set_of(heap, {"item1"}), .no_cycles = true}) ==
        std::vector<std::string>{"set 1 -", "  Cart 2 -", "    Shop 1 -", "      Cart 1 -"});
}

TEST_CASE("a limit leaves out what is farthest") {
  const NamedHeap heap = heap_from(R"(
    root -> a b
    a -> c thing
    b -> thing
    c -> b
    a = A 30
    b = B 20
    c = C 10
  )");
  const Classification kinds =
      *find_classifier("type")->classify(heap.heap, heap.graph.objects_and_structures());
  const auto pattern = [&](std::size_t limit) {
    return reference_pattern(heap.graph, kinds, {.of = set_of(heap, {"thing"}), .limit = limit});
  };
  CHECK(pattern(3).rows.size() == 3);
  CHECK(pattern(3).hidden == 0);
  CHECK(pattern(2).rows.size() == 2);
  CHECK(pattern(2).hidden == 1);
  CHECK(pattern(0).rows.size() == 5);
}

// root -> n0 -> n1 -> ... of so many objects of one class.
NamedHeap chain_of(std::size_t length) {
  HeapPlan plan;
  for (std::size_t i = 0; i < length; ++i) {
    plan.nodes.push_back({.name = "n" + std::to_string(i)});
    if (i + 1 < length) plan.nodes.back().edges.push_back(i + 1);
  }
  plan.roots = {0};
  return heap_of(plan);
}

TEST_CASE("a level costs what its set and its edges cost, in a heap of any size") {
  const std::size_t length = 3000;
  const NamedHeap heap = chain_of(length);
  const Classification kinds =
      *find_classifier("type")->classify(heap.heap, heap.graph.objects_and_structures());
  const NodeSet last = set_of(heap, {"n" + std::to_string(length - 1)});
  for (const bool flag : {false, true}) {
    const auto pattern = reference_pattern(
        heap.graph, kinds, {.of = last, .depth = 0, .immediate = flag, .no_cycles = flag});
    CHECK(pattern.rows.size() == length);
    CHECK(pattern.rows.back().depth == length - 1);
    CHECK(pattern.rows.back().end == RowEnd::kRoot);
    CHECK(pattern.passed == 2 * length);  // a node and an edge to it each
  }
  const auto few = reference_pattern(heap.graph, kinds, {.of = last, .depth = 5});
  CHECK(few.rows.size() == 6);
  CHECK(few.passed == 12);
}

TEST_CASE("the rows below a row are a partition of its referrers, on random graphs") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    HeapPlan plan = random_plan(seed, 1 + 3 * (seed % 40), 4 * seed);
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      plan.nodes[i].type = "T" + std::to_string((i * i + seed) % (1 + seed % 5));
    }
    const NamedHeap named = heap_of(plan);
    const Graph& graph = named.graph;
    const Classification kinds =
        *find_classifier("type")->classify(named.heap, graph.objects_and_structures());
    const auto pattern =
        reference_pattern(graph, kinds, {.of = graph.objects(), .depth = 4});
    for (std::size_t at = 0; at < pattern.rows.size(); ++at) {
      const PatternRow& row = pattern.rows[at];
      if (row.end != RowEnd::kOpened && row.end != RowEnd::kRoot) continue;
      NodeSet nodes(graph.node_count()), below(graph.node_count());
      for (const NodeId id : row.nodes) nodes.insert(id);
      for (const PatternRow& child : pattern.rows) {
        if (child.parent != at) continue;
        for (const NodeId id : child.nodes) REQUIRE(below.add(id));
        for (const NodeId id : child.nodes) REQUIRE(kinds.kind_of(id) == child.kind);
      }
      REQUIRE(below == referrers(graph, nodes));
    }
  }
}

}  // namespace
}  // namespace heapsnap
