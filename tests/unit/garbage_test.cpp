#include "libanalysis/garbage.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "libanalysis/partition.h"
#include "libanalysis/retained_rows.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

TEST_CASE("each cycle that no root leads to is a row, and what hangs on it is retained by it") {
  const NamedHeap heap = heap_from(R"(
    root -> live
    live -> loop
    loop -> live
    a -> b text
    b -> a
    self -> self
    a = Node 20
    b = dict 30
    text = str 1000
    self = list 7
  )");
  Partition cycles = partition(heap.graph, classify_dead_cycles(heap.heap));
  add_retained(heap.heap, cycles);
  std::map<std::string, std::uint64_t> found;
  for (const Row& row : cycles.rows) found[cycles.classification.name(row.kind)] = row.retained;
  CHECK(found == std::map<std::string, std::uint64_t>{{"1 Node, 1 dict", 1050}, {"1 list", 7}});
  for (const Row& row : cycles.rows) {
    const NodeSet again = *select(heap.heap, cycles.classification.selector(row.kind));
    CHECK(measure(heap.graph, again) == row.measure);
    for (const NodeId id : again) CHECK(cycles.classification.kind_of(id) == row.kind);
  }
}

TEST_CASE("a heap without garbage has no row") {
  const NamedHeap heap = heap_from("root -> a\n a -> a");
  CHECK(partition(heap.graph, classify_dead_cycles(heap.heap)).rows.empty());
}

TEST_CASE("a cycle of many types is named after the most frequent ones") {
  const NamedHeap heap = heap_from(R"(
    a1 -> a2
    a2 -> b
    b -> c
    c -> d
    d -> e
    e -> a1
    a1 = A 1
    a2 = A 1
    b = B 1
    c = C 1
    d = D 1
    e = E 1
  )");
  const Classification classes = classify_dead_cycles(heap.heap);
  REQUIRE(classes.kind_count() == 1);
  CHECK(classes.name(0) == "2 A, 1 B, 1 C, 1 D, ...");
}

}  // namespace
}  // namespace heapsnap
