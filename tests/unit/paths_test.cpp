#include "libanalysis/paths.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

NodeSet set_of(const NamedHeap& heap, std::initializer_list<const char*> names) {
  NodeSet set(heap.graph.node_count());
  for (const char* name : names) set.insert(heap[name]);
  return set;
}

// The nodes of each path, by name; the virtual root is "root".
std::vector<std::string> named(const NamedHeap& heap, const std::vector<Path>& paths) {
  const auto name_of = [&heap](NodeId id) {
    const auto at = std::ranges::find(heap.ids, id);
    return at == heap.ids.end() ? "root" : heap.names[std::size_t(at - heap.ids.begin())];
  };
  std::vector<std::string> texts;
  for (const Path& path : paths) {
    std::string text = path.empty() ? "" : name_of(path.front().source);
    for (const Step& step : path) text += " " + name_of(step.target);
    texts.push_back(text);
  }
  return texts;
}

// All paths of at most so many steps that obey the query, by trying every edge.
void try_every_edge(const Graph& graph, const PathQuery& query, NodeId at, std::size_t steps,
                    Path& path, std::vector<Path>& found) {
  if (query.to.contains(at)) found.push_back(path);
  if (steps == 0) return;
  const auto referents = graph.referents(at);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    if (query.exclude && query.exclude->contains(referents[i])) continue;
    if (query.avoid && query.avoid(at, i)) continue;
    path.push_back({at, std::uint32_t(i), referents[i]});
    try_every_edge(graph, query, referents[i], steps - 1, path, found);
    path.pop_back();
  }
}

std::vector<Path> all_by_trying(const Graph& graph, const PathQuery& query, std::size_t limit) {
  for (std::size_t steps = 0; steps <= limit; ++steps) {
    std::vector<Path> found;
    for (const NodeId source : *query.from) {
      Path path;
      if (query.exclude && query.exclude->contains(source)) continue;
      try_every_edge(graph, query, source, steps, path, found);
    }
    if (!found.empty()) return found;
  }
  return {};
}

TEST_CASE("all shortest paths are found, in the order of sources and positions") {
  const NamedHeap heap = heap_from(R"(
    root -> a b
    a    -> c long
    b    -> c c
    c    -> end
    long -> longer
    longer -> end
  )");
  const PathQuery query{.to = set_of(heap, {"end"})};
  const ShortestPaths paths = shortest_paths(heap.graph, query);
  CHECK(paths.length() == 3);
  CHECK(paths.count().text() == "3");
  const std::vector<std::string> all = {"root a c end", "root b c end", "root b c end"};
  CHECK(named(heap, paths.first(10)) == all);
  CHECK(named(heap, paths.first(1)) == std::vector<std::string>{all[0]});
  CHECK(named(heap, paths.last(2)) == std::vector<std::string>{all[1], all[2]});
  CHECK(paths.edges_at(0).size() == 2);
  CHECK(paths.edges_at(1).size() == 3);
  CHECK(paths.edges_at(3).empty());
}

TEST_CASE("what is excluded or avoided makes way for longer paths, and then for none") {
  const NamedHeap heap = heap_from(R"(
    root -> a b
    a    -> end
    b    -> c
    c    -> end
  )");
  PathQuery query{.to = set_of(heap, {"end"}), .exclude = set_of(heap, {"a"})};
  CHECK(named(heap, shortest_paths(heap.graph, query).first(9)) ==
        std::vector<std::string>{"root b c end"});
  query.exclude->insert(heap["c"]);
  CHECK(shortest_paths(heap.graph, query).empty());
  CHECK(shortest_paths(heap.graph, query).count().text() == "0");
  query.exclude.reset();
  query.avoid_between = {{heap["a"], heap["end"]}};
  CHECK(named(heap, shortest_paths(heap.graph, query).first(9)) ==
        std::vector<std::string>{"root b c end"});
  query.avoid = [&heap](NodeId source, std::size_t) { return source == heap["b"]; };
  CHECK(shortest_paths(heap.graph, query).empty());
}

TEST_CASE("paths begin with a thread or an interpreter if one leads there, and else elsewhere") {
  const NamedHeap heap = heap_from(R"(
    root -> a
    a    -> b
    b    -> held
    held = object 16 refs 3
    only = object 16 refs 2
    ring -> ring
  )");
  const auto to = [&heap](const char* name) {
    const PathQuery query{.to = set_of(heap, {name})};
    return named(heap, shortest_paths(heap.graph, query).first(9));
  };
  CHECK(to("held") == std::vector<std::string>{"root a b held"});
  CHECK(to("only") == std::vector<std::string>{"root only"});
  CHECK(to("ring") == std::vector<std::string>{"root ring"});
}

TEST_CASE("a source that is a target is reached in no step") {
  const NamedHeap heap = heap_from("root -> a\n a -> b");
  const NodeSet both = set_of(heap, {"a", "b"});
  const ShortestPaths paths = shortest_paths(heap.graph, {.to = both, .from = both});
  CHECK(paths.length() == 0);
  CHECK(paths.count().text() == "2");
  CHECK(paths.first(9).size() == 2);
}

constexpr std::size_t kTried = 5;  // steps: trying every edge takes exponential time

TEST_CASE("shortest paths are those that trying every edge finds, on random graphs") {
  std::size_t several = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const NamedHeap heap = heap_of(random_plan(seed, 1 + seed % 12, seed % 20));
    const Graph& graph = heap.graph;
    std::mt19937_64 random(seed);
    const auto some = [&](unsigned one_in) {
      NodeSet set(graph.node_count());
      for (const NodeId id : graph.objects()) {
        if (random() % one_in == 0) set.insert(id);
      }
      return set;
    };
    PathQuery query{.to = some(5)};
    query.from = some(4);
    if (seed % 3 == 0) query.exclude = some(6);
    if (seed % 4 == 0) {
      query.avoid = [](NodeId source, std::size_t i) { return (source + i) % 5 == 0; };
    }
    const ShortestPaths paths = shortest_paths(graph, query);
    const std::vector<Path> expected = all_by_trying(graph, query, kTried);
    if (expected.empty() && paths.length() > kTried) continue;  // beyond what can be tried
    REQUIRE(paths.first(100'000) == expected);
    REQUIRE(paths.count().text() == std::to_string(expected.size()));
    several += expected.size() > 1;
    const std::size_t k = std::min<std::size_t>(3, expected.size());
    const auto few = static_cast<std::ptrdiff_t>(k);
    REQUIRE(paths.first(k) == std::vector<Path>(expected.begin(), expected.begin() + few));
    REQUIRE(paths.last(k) == std::vector<Path>(expected.end() - few, expected.end()));
    for (std::size_t level = 0; level < paths.length(); ++level) {
      std::set<std::pair<NodeId, std::uint32_t>> edges;
      for (const Path& path : expected) edges.insert({path[level].source, path[level].position});
      REQUIRE(paths.edges_at(level).size() == edges.size());
    }
  }
  CHECK(several > 200);
}

TEST_CASE("a chain of a hundred diamonds has two to the hundredth paths") {
  HeapPlan plan;
  plan.nodes.resize(301);
  for (std::size_t i = 0; i < 300; i += 3) {
    plan.nodes[i].edges = {i + 1, i + 2};
    plan.nodes[i + 1].edges = plan.nodes[i + 2].edges = {i + 3};
  }
  plan.roots = {0};
  const NamedHeap heap = heap_of(plan);
  NodeSet end(heap.graph.node_count());
  end.insert(heap.ids[300]);
  const ShortestPaths paths = shortest_paths(heap.graph, {.to = end});
  CHECK(paths.length() == 201);
  CHECK(paths.count().text() == "1267650600228229401496703205376");
  CHECK(paths.first(3).size() == 3);
  CHECK(paths.last(2)[1].back().source == heap.ids[299]);
}

TEST_CASE("a path of a million levels needs no stack") {
  HeapPlan plan;
  plan.nodes.resize(1'000'000);
  for (std::size_t i = 0; i + 1 < plan.nodes.size(); ++i) plan.nodes[i].edges = {i + 1};
  plan.roots = {0};
  const NamedHeap heap = heap_of(plan);
  NodeSet end(heap.graph.node_count());
  end.insert(heap.ids.back());
  const ShortestPaths paths = shortest_paths(heap.graph, {.to = end});
  CHECK(paths.length() == 1'000'000);
  CHECK(paths.count().text() == "1");
  REQUIRE(paths.first(2).size() == 1);
  CHECK(paths.first(1)[0].size() == 1'000'000);
}

TEST_CASE("sums carry from digit to digit") {
  BigUnsigned sum(999'999'999'999'999'999u);
  sum += BigUnsigned(1);
  CHECK(sum.text() == "1000000000000000000");
  BigUnsigned power(1);
  for (int i = 0; i < 128; ++i) {
    const BigUnsigned same = power;
    power += same;
  }
  CHECK(power.text() == "340282366920938463463374607431768211456");
  CHECK(BigUnsigned(UINT64_MAX).text() == "18446744073709551615");
  CHECK(BigUnsigned().text() == "0");
}

}  // namespace
}  // namespace heapsnap
