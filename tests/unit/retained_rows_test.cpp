#include "libanalysis/retained_rows.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <map>
#include <string>

#include "libanalysis/reachability.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

Partition by(const Heap& heap, const char* classifier, const NodeSet& nodes) {
  return partition(heap.graph(), *find_classifier(classifier)->classify(heap, nodes));
}

std::uint64_t retained(const Graph& graph, const Classification& classes, auto is_gone) {
  NodeSet gone(graph.node_count());
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    if (classes.kind_of(id) != kNoKind && is_gone(classes.kind_of(id))) gone.insert(id);
  }
  return measure(graph, retained_set(graph, gone)).shallow;
}

TEST_CASE("what two rows keep alive together is in neither") {
  const NamedHeap heap = heap_from(R"(
    root -> a1 a2 b
    a1 -> ofa shared
    a2 -> ofa
    b  -> shared
    a1 = A 10
    a2 = A 10
    b  = B 10
    ofa = text 100
    shared = text 1000
  )");
  Partition classes = by(heap.heap, "type", heap.graph.objects());
  add_retained(heap.heap, classes);
  std::map<std::string, std::uint64_t> found;
  for (const Row& row : classes.rows) found[classes.classification.name(row.kind)] = row.retained;
  CHECK(found == std::map<std::string, std::uint64_t>{{"A", 120}, {"B", 10}, {"text", 1100}});
  RankedRows table = ranked(classes, SortBy::kRetained, 1);
  add_retained(heap.heap, classes, table);
  CHECK(classes.classification.name(table.rows[0].kind) == "text");
  CHECK(table.others_retained == 1130);
  CHECK(table.total_retained == 1130);
}

TEST_CASE("rows retain what becomes unreachable when they go, on random graphs") {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    HeapPlan plan = random_plan(seed, 1 + 2 * (seed % 100), 3 * seed);
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      plan.nodes[i].type = "T" + std::to_string((i * i + seed) % (1 + seed % 7));
    }
    const NamedHeap named = heap_of(plan);
    const Graph& graph = named.graph;
    NodeSet some = graph.objects();
    for (NodeId id = 0; id < graph.node_count(); id += 5) some.erase(id);
    for (const char* classifier : {"type", "size", "id", "type,size", "via"}) {
      for (const NodeSet& nodes : {graph.objects(), some}) {
        Partition classes = by(named.heap, classifier, nodes);
        add_retained(named.heap, classes);
        const Classification& kinds = classes.classification;
        for (const Row& row : classes.rows) {
          REQUIRE(row.retained ==
                  retained(graph, kinds, [&](KindId kind) { return kind == row.kind; }));
        }
        RankedRows table = ranked(classes, SortBy::kRetained, 2);
        add_retained(named.heap, classes, table);
        const auto is_other = [&](KindId kind) {
          return std::ranges::find(table.rows, kind, &Row::kind) == table.rows.end();
        };
        REQUIRE(table.others_retained == retained(graph, kinds, is_other));
        REQUIRE(table.total_retained == retained(graph, kinds, [](KindId) { return true; }));
      }
    }
  }
}

TEST_CASE("more rows than one search serves") {
  HeapPlan plan = random_plan(3, 400, 900);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) plan.nodes[i].type = "T" + std::to_string(i / 2);
  const NamedHeap named = heap_of(plan);
  Partition classes = by(named.heap, "type", named.graph.objects());
  REQUIRE(classes.rows.size() == 200);
  add_retained(named.heap, classes);
  for (const Row& row : classes.rows) {
    REQUIRE(row.retained == retained(named.graph, classes.classification,
                                     [&](KindId kind) { return kind == row.kind; }));
  }
}

}  // namespace
}  // namespace heapsnap
