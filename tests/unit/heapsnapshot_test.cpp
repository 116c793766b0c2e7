#include "apps/heapsnap/export/heapsnapshot.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

constexpr std::size_t kFields = 7;
constexpr std::size_t kName = 1, kId = 2, kSize = 3, kEdges = 4;

nlohmann::json exported(const Graph& graph) {
  std::string text;
  write_heapsnapshot(graph, [&text](std::string_view piece) {
    text += piece;
    return true;
  });
  return nlohmann::json::parse(text);
}

// By node, one of its numbers.
std::vector<std::uint64_t> column(const nlohmann::json& whole, std::size_t field) {
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = field; i < whole["nodes"].size(); i += kFields) {
    numbers.push_back(whole["nodes"][i]);
  }
  return numbers;
}

TEST_CASE("a size beyond 32 bits is continued in nodes of the object") {
  const NamedHeap heap = heap_from(R"(
    root -> huge whole
    huge = object 10000000000
    whole = object 4294967295
    huge -> small
  )");
  const nlohmann::json whole = exported(heap.graph);
  const auto sizes = column(whole, kSize), edges = column(whole, kEdges);
  REQUIRE(sizes.size() == 8 + 3 + 2);
  CHECK(whole["snapshot"]["node_count"] == sizes.size());
  const std::size_t huge = 8 + heap["huge"];
  CHECK(sizes[huge] == 4294967295);
  CHECK(sizes[huge] + sizes[11] + sizes[12] == 10000000000);
  CHECK(edges[huge] == 3);
  const auto edge_sum = std::accumulate(edges.begin(), edges.end(), std::uint64_t{0});
  CHECK(whole["edges"].size() == 3 * edge_sum);
  CHECK(whole["snapshot"]["edge_count"] == edge_sum);
  // The edges of `huge` come first after the form's own and the two roots'.
  std::vector<std::uint64_t> targets;
  for (std::size_t i = 3 * (1 + 6 + 2); i < whole["edges"].size(); i += 3) {
    targets.push_back(whole["edges"][i + 2]);
  }
  CHECK(targets[1] == 11 * kFields);
  CHECK(targets[2] == 12 * kFields);
  const auto ids = column(whole, kId);
  CHECK(ids[11] == 2);
  CHECK(ids[12] == 4);
}

TEST_CASE("before the objects stand the root and the kinds of roots") {
  const nlohmann::json whole = exported(heap_from("root -> a").graph);
  std::vector<std::string> names;
  for (const std::uint64_t name : column(whole, kName)) names.push_back(whole["strings"][name]);
  CHECK(names == std::vector<std::string>{"", "(GC roots)", "(thread)", "(interpreter)",
                                          "(static-type)", "(immortal)", "(held-by-c)",
                                          "(unreachable)", "object"});
}

TEST_CASE("an export stops when nothing more can be written") {
  const NamedHeap heap = heap_of(random_plan(1, 30'000, 60'000));
  int pieces = 0;
  write_heapsnapshot(heap.graph, [&pieces](std::string_view) {
    ++pieces;
    return false;
  });
  CHECK(pieces == 1);
}

}  // namespace
}  // namespace heapsnap
