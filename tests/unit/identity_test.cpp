#include "libanalysis/identity.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/difference.h"
#include "libanalysis/kept_edges.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

constexpr auto kAddress = IdentityBasis::kAddress;
constexpr auto kStructure = IdentityBasis::kStructure;

HeapPlan typed_plan(std::uint64_t seed) {
  HeapPlan plan = random_plan(seed, 60, 120);
  std::mt19937_64 random(seed);
  for (HeapPlan::Node& node : plan.nodes) node.type = "T" + std::to_string(random() % 4);
  return plan;
}

// The heap some time later: other edges, and other objects at some addresses.
HeapPlan later(HeapPlan plan, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (HeapPlan::Node& node : plan.nodes) {
    const std::uint64_t what = random() % 8;
    const std::size_t other = static_cast<std::size_t>(random() % plan.nodes.size());
    if (what == 0) node.type = "T" + std::to_string(random() % 4);
    if (what == 1) node.edges.push_back(other);
    if (what == 2 && !node.edges.empty()) node.edges.erase(node.edges.begin());
    if (what == 3 && !node.edges.empty()) node.edges.back() = other;
    if (what == 4) node.size += 8;
  }
  return plan;
}

bool equal(const Array<NodeId>& a, const Array<NodeId>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

TEST_CASE("a snapshot is itself: all of it survived") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const NamedHeap heap = heap_of(typed_plan(seed));
    const Identity same = identify(heap.graph, heap.graph, kAddress, 1);
    for (NodeId id = 0; id < heap.graph.node_count(); ++id) {
      REQUIRE(same.newer[id] == id);
      const bool held = heap.heap.reachable().contains(id);
      if (held) CHECK_FALSE(same.uncertain.contains(id));
    }
  }
}

TEST_CASE("swapping the snapshots swaps the answer") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const NamedHeap older = heap_of(typed_plan(seed));
    const NamedHeap newer = heap_of(later(typed_plan(seed), seed + 1));
    for (const IdentityBasis basis : {kAddress, kStructure}) {
      const Identity there = identify(older.graph, newer.graph, basis, 2);
      const Identity back = identify(newer.graph, older.graph, basis, 2);
      REQUIRE(equal(there.newer, back.older));
      REQUIRE(equal(there.older, back.newer));
      REQUIRE(there.uncertain.count() == back.uncertain.count());
    }
  }
}

TEST_CASE("pairs are of one address and of one type, and lead both ways") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const NamedHeap older = heap_of(typed_plan(seed));
    const NamedHeap newer = heap_of(later(typed_plan(seed), seed + 1));
    const Identity same = identify(older.graph, newer.graph, kAddress, 2);
    for (NodeId id = 0; id < older.graph.node_count(); ++id) {
      const NodeId partner = same.newer[id];
      if (partner == kNoNode) continue;
      REQUIRE(same.older[partner] == id);
      CHECK(older.graph.address(id) == newer.graph.address(partner));
      CHECK(older.graph.type_name(older.graph.type_of(id)) ==
            newer.graph.type_name(newer.graph.type_of(partner)));
    }
  }
}

TEST_CASE("what a survivor holds as before has survived, what changed hands has not") {
  const NamedHeap older = heap_from(R"(
    root -> kept
    kept -> item
    root -> other
    other -> leaf
    kept = list 56
    other = list 56
  )");
  const NamedHeap newer = heap_from(R"(
    root -> kept
    kept -> item
    root -> other
    other -> leaf
    kept = list 56
    other = dict 56
  )");
  const Identity same = identify(older.graph, newer.graph, kAddress, 1);
  CHECK(same.newer[older["item"]] == newer["item"]);
  CHECK_FALSE(same.uncertain.contains(newer["item"]));
  CHECK(same.newer[older["other"]] == kNoNode);
  CHECK(same.newer[older["leaf"]] == kNoNode);
}

TEST_CASE("in two processes labels lead to partners, whatever the addresses") {
  const NamedHeap older = heap_from(R"(
    spare = X 8
    root -> list
    list -> first second
    list = list 56
    first = A 16
    second = B 16
  )");
  const NamedHeap newer = heap_from(R"(
    root -> list
    list -> first second third
    list = list 64
    first = A 24
    second = B 16
    third = A 16
  )");
  const Identity same = identify(older.graph, newer.graph, kStructure, 1);
  for (const char* name : {"list", "first", "second"}) {
    CHECK(same.newer[older[name]] == newer[name]);
  }
  CHECK(same.older[newer["third"]] == kNoNode);
}

TEST_CASE("what was followed twice is what both steps say") {
  const HeapPlan plan = typed_plan(3);
  const NamedHeap one = heap_of(plan), two = heap_of(later(plan, 4)),
                  three = heap_of(later(later(plan, 4), 5));
  const Identity first = identify(one.graph, two.graph, kAddress, 1);
  const Identity second = identify(two.graph, three.graph, kAddress, 1);
  const Identity both = followed(first, second);
  for (NodeId id = 0; id < one.graph.node_count(); ++id) {
    const NodeId between = first.newer[id];
    CHECK(both.newer[id] == (between == kNoNode ? kNoNode : second.newer[between]));
  }
}

TEST_CASE("rows of a difference add up") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const NamedHeap older = heap_of(typed_plan(seed));
    const NamedHeap newer = heap_of(later(typed_plan(seed), seed + 1));
    for (const IdentityBasis basis : {kAddress, kStructure, IdentityBasis::kNames}) {
      const Identity same = identify(older.graph, newer.graph, basis, 1);
      JoinedKinds kinds = join(classify_by_size(older.graph, older.graph.objects()),
                               classify_by_size(newer.graph, newer.graph.objects()),
                               older.graph.node_count(), newer.graph.node_count());
      const Difference found = difference(older.graph, newer.graph, std::move(kinds), same);
      const RankedDifference table = ranked(found, SortBy::kShallow, 2);
      DifferenceRow sum = table.others;
      for (const DifferenceRow& row : table.rows) sum += row;
      for (const DifferenceRow& row : {sum, found.total}) {
        CHECK(row.survived + row.added + row.moved_in == newer.graph.object_count());
        CHECK(row.survived + row.gone + row.moved_out == older.graph.object_count());
        CHECK(row.newer == measure(newer.graph, newer.graph.objects()));
      }
      for (const DifferenceRow& row : found.rows) {
        CHECK(row.survived + row.added + row.moved_in == row.newer.count);
        CHECK(row.survived + row.gone + row.moved_out == row.older.count);
        CHECK(row.uncertain <= row.survived);
      }
    }
  }
}

TEST_CASE("numbers that stay in order are found again, whatever comes and goes") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint64_t> a, b;
    std::size_t stay = 0;
    for (std::uint64_t number = 0; number < 40; ++number) {
      const std::uint64_t what = random() % 4;
      if (what != 0) a.push_back(number);
      if (what != 1) b.push_back(number);
      stay += what > 1;
    }
    const auto pairs = in_order(a, b);
    CHECK(pairs.size() == stay);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      CHECK(a[pairs[i].first] == b[pairs[i].second]);
      if (i > 0) CHECK(pairs[i - 1] < pairs[i]);
    }
  }
}

TEST_CASE("a number that moved is left out, its neighbours are not") {
  const std::vector<std::uint64_t> a = {1, 2, 3, 4, 5}, b = {1, 3, 4, 5, 2};
  const std::vector<std::pair<std::size_t, std::size_t>> expected = {{0, 0}, {2, 1}, {3, 2}, {4, 3}};
  CHECK(in_order(a, b) == expected);
}

TEST_CASE("names lose the addresses of types, and nothing else") {
  CHECK(without_addresses("app.Node@0x7f12ab") == "app.Node");
  CHECK(without_addresses("{app.Node@0x7f12, list}") == "{app.Node, list}");
  CHECK(without_addresses("dict @0x7f12") == "dict @0x7f12");
  CHECK(without_addresses("a@b") == "a@b");
}

}  // namespace
}  // namespace heapsnap
