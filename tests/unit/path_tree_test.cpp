#include "libanalysis/path_tree.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "libanalysis/path_roots.h"
#include "tests/support/heap_from.h"
#include "tests/support/module_heap.h"

namespace heapsnap {
namespace {

std::string path_of(const Heap& heap, Address address) {
  const PathTree tree = path_tree(heap.graph());
  return path_text(tree, tree.path_of[heap.graph().find(address)]);
}

TEST_CASE("a path has the names and not the keys, indices and addresses") {
  ModuleHeap app;
  const Address name = app.text("a session");
  const Address session = app.instance("app.Session", {{"name", name}});
  const Address registry = app.instance("app.Registry", {{"_live", app.dict({{"k7", session}})}});
  app.module("app", {{"registry", registry}});
  const Heap heap = app.heap();
  CHECK(path_of(heap, registry) == "app.registry");
  CHECK(path_of(heap, session) == "app.registry._live[*]");
  CHECK(path_of(heap, name) == "app.registry._live[*].name");
}

TEST_CASE("what functions and modules hold hangs at the module") {
  ModuleHeap app;
  const Address shared = app.list({app.integer()}), own = app.list({});
  app.thread("/srv/app.py", "handle", {{"shared", shared}, {"own", own}});
  app.module("app", {{"deep", app.list({app.list({shared})})}});
  const Heap heap = app.heap();
  CHECK(path_of(heap, shared) == "app.deep[*][*]");
  CHECK(path_of(heap, own) == "thread: app.py handle().own");
}

TEST_CASE("an object hangs at its home, whichever module comes first") {
  ModuleHeap app;
  const Address session = app.instance("store.Session", {});
  const Address table = app.dict({});
  app.module("main", {{"session", session}, {"table", table}});
  app.module("store", {{"session", session}, {"table", table}});
  const Heap heap = app.heap();
  CHECK(path_of(heap, session) == "store.session");
  CHECK(path_of(heap, table) == "main.table");
}

TEST_CASE("what C code holds and what nothing holds have no module") {
  ModuleHeap app;
  const Address held = app.instance("app.Held", {{"part", app.list({})}});
  app.cycle("app.Node");
  const Heap heap = app.heap();
  CHECK(path_of(heap, held) == "(held by C) app.Held");
  const PathTree tree = path_tree(heap.graph());
  const auto garbage = std::ranges::find_if(tree.steps, [&](const PathStep& step) {
    return tree.labels[step.label].text == "(unreachable) app.Node";
  });
  REQUIRE(garbage != tree.steps.end());
  CHECK(garbage->own == Measure{2, 32});
}

TEST_CASE("a linked list is two places, and a dict of dicts is none") {
  ModuleHeap app;
  Address node = app.instance("app.Node", {});
  for (int i = 0; i < 9; ++i) node = app.instance("app.Node", {{"next", node}});
  Address nested = app.dict({});
  for (int i = 0; i < 9; ++i) nested = app.dict({{"k", nested}});
  app.module("app", {{"head", node}, {"table", nested}});
  const Heap heap = app.heap();
  const PathTree tree = path_tree(heap.graph());
  std::map<std::string, std::uint64_t> counts;
  for (PathId path = 1; path < tree.steps.size(); ++path) {
    if (tree.steps[path].own.count > 0) counts[path_text(tree, path)] += tree.steps[path].own.count;
  }
  CHECK(counts["app.head"] == 1);
  CHECK(counts["app.head(.next)*"] == 9);
  CHECK(counts["app.table"] == 1);
  CHECK(counts["app.table[*][*]"] == 1);
  CHECK(counts["app.table[*][*]([*])*"] == 7);
}

// The path of each node by definition: of the shortest ways from a root, the one whose types come
// first, and from its steps those taken out that came too often before.
std::map<std::string, std::string> by_definition(const HeapPlan& plan) {
  using Way = std::vector<std::string>;  // of types
  std::map<std::size_t, Way> ways, level;
  for (const std::size_t root : plan.roots) level[root] = {plan.nodes[root].type};
  while (!level.empty()) {
    ways.insert(level.begin(), level.end());
    std::map<std::size_t, Way> next;
    for (const auto& [node, way] : level) {
      for (const std::size_t target : plan.nodes[node].edges) {
        if (ways.contains(target)) continue;
        Way longer = way;
        longer.push_back(plan.nodes[target].type);
        const auto [at, is_new] = next.try_emplace(target, longer);
        if (!is_new) at->second = std::min(at->second, longer);
      }
    }
    level.swap(next);
  }
  std::map<std::string, std::string> result;
  for (const auto& [node, way] : ways) {
    Way kept = {way.front()};
    for (std::size_t i = 1; i < way.size(); ++i) {
      std::vector<std::size_t> same;
      for (std::size_t k = 1; k < kept.size(); ++k) {
        if (kept[k] == way[i]) same.push_back(k);
      }
      if (same.size() < 3) {
        kept.push_back(way[i]);
      } else {
        kept.resize(same.back() + 1);
      }
    }
    for (const std::string& type : kept) result[plan.nodes[node].name] += " " + type;
  }
  return result;
}

std::map<std::string, std::string> found_in(const NamedHeap& heap) {
  const PathTree tree = path_tree(heap.graph);
  std::map<std::string, std::string> result;
  for (std::size_t i = 0; i < heap.ids.size(); ++i) {
    std::string text, begin;
    for (PathId at = tree.path_of[heap.ids[i]]; at != kTopPath; at = tree.steps[at].parent) {
      text = " " + common_type_name(heap.graph, tree.steps[at].type) + text;
      begin = tree.labels[tree.steps[at].label].text;
    }
    if (begin.starts_with("(thread)")) result[heap.names[i]] = text;
  }
  return result;
}

HeapPlan typed_plan(std::uint64_t seed) {
  HeapPlan plan = random_plan(seed, 1 + 3 * (seed % 40), 5 * seed % 200);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    plan.nodes[i].type = "T" + std::to_string((i * i + seed) % (1 + seed % 5));
  }
  return plan;
}

TEST_CASE("paths are those of their definition, on random graphs") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const HeapPlan plan = typed_plan(seed);
    const NamedHeap heap = heap_of(plan);
    INFO("seed " << seed);
    REQUIRE(found_in(heap) == by_definition(plan));
  }
}

TEST_CASE("the order of addresses and of edges decides nothing, on random graphs") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const HeapPlan plan = typed_plan(seed);
    std::vector<std::size_t> order(plan.nodes.size());
    std::iota(order.begin(), order.end(), 0);
    std::mt19937_64 random(seed);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    HeapPlan other;
    other.nodes.resize(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      HeapPlan::Node& node = other.nodes[order[i]] = plan.nodes[i];
      for (std::size_t& target : node.edges) target = order[target];
      std::ranges::reverse(node.edges);
    }
    for (const std::size_t root : plan.roots) other.roots.push_back(order[root]);
    std::ranges::reverse(other.roots);
    REQUIRE(found_in(heap_of(other)) == found_in(heap_of(plan)));
  }
}

TEST_CASE("every object hangs somewhere, once, on random graphs") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const NamedHeap heap = heap_of(random_plan(seed, 1 + seed % 60, 3 * seed));
    const PathTree tree = path_tree(heap.graph);
    Measure sum;
    for (const PathStep& step : tree.steps) sum += step.own;
    REQUIRE(sum == measure(heap.graph, heap.graph.objects()));
    REQUIRE(tree.steps[kTopPath].own == Measure{});
  }
}

}  // namespace
}  // namespace heapsnap
