#include "libanalysis/holders.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "libanalysis/common_path.h"
#include "tests/support/heap_from.h"
#include "tests/support/module_heap.h"

namespace heapsnap {
namespace {

void add(PathGrowth& growth, ModuleHeap& app) {
  const Heap heap = app.heap();
  growth.add(heap.graph(), path_tree(heap.graph()));
}

// "app.live[*] app.Session +3 +48"
std::vector<std::string> found(const PathGrowth& growth) {
  std::vector<std::string> texts;
  for (const Holder& holder : find_holders(growth, 0, growth.snapshots() - 1)) {
    texts.push_back(holder.path + " " + holder.type + " +" + std::to_string(holder.count_growth) +
                    " +" + std::to_string(holder.byte_growth));
  }
  return texts;
}

using Texts = std::vector<std::string>;

Address sessions(ModuleHeap& app, int count, int items) {
  std::vector<Address> all;
  for (int i = 0; i < count; ++i) {
    std::vector<Address> parts;
    for (int k = 0; k < items; ++k) parts.push_back(app.integer());
    all.push_back(app.instance("app.Session", {{"items", app.list(parts)}}));
  }
  return app.list(all, 64);
}

// A snapshot in which a registry holds what is made.
template <class Make>
void add_held(PathGrowth& growth, const Make& make) {
  ModuleHeap app;
  const Address registry = app.instance("app.Registry", {{"_live", make(app)}});
  app.module("app", {{"first", app.list({})}, {"registry", registry}});
  add(growth, app);
}

TEST_CASE("what is new belongs to the container that has more elements") {
  PathGrowth growth;
  add_held(growth, [](ModuleHeap& app) { return sessions(app, 1, 2); });
  add_held(growth, [](ModuleHeap& app) { return sessions(app, 4, 2); });
  // A session: 48, its dict 100, the list 64, two numbers of 28.
  CHECK(found(growth) == Texts{"app.registry._live[*] app.Session +3 +804"});
  // And the list, and the name of the attribute.
  const auto holders = find_holders(growth, 0, 1);
  CHECK(holders[0].series == std::vector<Measure>{{1, 114 + 268}, {4, 114 + 4 * 268}});
}

TEST_CASE("elements that are not explained by more owners have a holder of their own") {
  PathGrowth growth;
  add_held(growth, [](ModuleHeap& app) { return sessions(app, 20, 1); });
  add_held(growth, [](ModuleHeap& app) { return sessions(app, 21, 50); });
  CHECK(found(growth) == Texts{"app.registry._live[*].items[*] int +1030 +28840",
                               "app.registry._live[*] app.Session +1 +212"});
}

TEST_CASE("something new is found at its largest part") {
  PathGrowth growth;
  add_held(growth, [](ModuleHeap& app) { return app.text("nothing"); });
  add_held(growth, [](ModuleHeap& app) {
    std::vector<Address> rows;
    for (int i = 0; i < 100; ++i) rows.push_back(app.integer());
    return app.instance("app.Service", {{"table", app.list(rows)}});
  });
  CHECK(found(growth) == Texts{"app.registry._live.table list +1 +3062"});
}

TEST_CASE("many new names of one owner are one thing") {
  PathGrowth growth;
  for (const int count : {1, 6}) {
    add_held(growth, [count](ModuleHeap& app) {
      ModuleHeap::Attributes names;
      for (int i = 0; i < count; ++i) names.push_back({"n" + std::to_string(i), app.integer()});
      return app.instance("app.Space", names);
    });
  }
  // A number is 28 bytes, its name 50.
  CHECK(found(growth) == Texts{"app.registry._live.* int +5 +390"});
}

TEST_CASE("an object grows in place, by bytes or by references") {
  PathGrowth growth;
  for (const std::size_t count : {2, 9}) {
    ModuleHeap app;
    const Address one = app.integer();
    app.module("app", {{"one", one}, {"all", app.list(std::vector<Address>(count, one))}});
    add(growth, app);
  }
  const auto holders = find_holders(growth, 0, 1);
  REQUIRE(holders.size() == 1);
  CHECK(holders[0].growth == Growth::kInPlace);
  CHECK(holders[0].path == "app.all");
  CHECK(holders[0].count_growth == 7);
}

TEST_CASE("a linked list, what C holds, and garbage have their growth") {
  PathGrowth growth;
  for (const int count : {3, 7}) {
    ModuleHeap app;
    Address node = app.instance("app.Node", {});
    for (int i = 0; i < count; ++i) node = app.instance("app.Node", {{"next", node}});
    app.module("app", {{"head", node}});
    for (int i = 0; i < count; ++i) app.instance("app.Token", {});
    for (int i = 0; i < count; ++i) app.cycle("app.Cycle");
    add(growth, app);
  }
  CHECK(found(growth) == Texts{"(held by C) app.Token app.Token +4 +592",
                               "app.head(.next)* app.Node +4 +592",
                               "(unreachable) app.Cycle app.Cycle +8 +128"});
}

TEST_CASE("the same heap elsewhere has not grown") {
  PathGrowth growth;
  for (const std::uint64_t skip : {0, 1000}) {
    ModuleHeap app(skip);
    const Address shared = app.list({app.integer()});
    app.module("app", {{"b", shared}, {"a", shared}, {"live", sessions(app, 3, 3)}});
    add(growth, app);
  }
  CHECK(found(growth).empty());
}

TEST_CASE("holders name the largest of their containers in the newest snapshot") {
  PathGrowth growth;
  add_held(growth, [](ModuleHeap& app) { return sessions(app, 20, 1); });
  ModuleHeap app;
  const Address large = app.list({app.integer(), app.integer()}), small = app.list({app.integer()});
  std::vector<Address> owners;
  for (int i = 0; i < 40; ++i) {
    owners.push_back(app.instance("app.Session", {{"items", i == 7 ? large : app.list({app.integer()})}}));
  }
  app.module("app", {{"first", small}, {"registry", app.instance("app.Registry", {{"_live", app.list(owners)}})}});
  const Heap heap = app.heap();
  const PathTree tree = path_tree(heap.graph());
  growth.add(heap.graph(), tree);
  const auto holders = find_holders(growth, 0, 1);
  const auto nodes = containers(heap.graph(), tree, growth, holders);
  bool seen = false;
  for (std::size_t i = 0; i < holders.size(); ++i) {
    REQUIRE(nodes[i] != kNoNode);
    seen = seen || holders[i].path == "app.registry._live[*]";
    CHECK(tree.path_of[nodes[i]] != kTopPath);
  }
  CHECK(seen);
}

TEST_CASE("holders are disjoint, and have all growth but what shrank, on random graphs") {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    PathGrowth growth;
    for (std::uint64_t i = 0; i < 3; ++i) {
      HeapPlan plan = random_plan(seed, 1 + 3 * (seed % 40) + 7 * i, (4 * seed + 20 * i) % 300);
      for (std::size_t k = 0; k < plan.nodes.size(); ++k) {
        plan.nodes[k].type = "T" + std::to_string((k * k + seed) % (1 + seed % 5));
      }
      const NamedHeap heap = heap_of(plan);
      growth.add(heap.graph, path_tree(heap.graph));
      REQUIRE(growth.steps()[0].total.back() == measure(heap.graph, heap.graph.objects()));
    }
    std::vector<bool> taken(growth.steps().size());
    std::int64_t held = 0, all = 0;
    for (const Holder& holder : find_holders(growth, 0, 2)) {
      held += holder.byte_growth;
      for (const std::size_t step : holder.steps) {
        REQUIRE_FALSE(taken[step]);
        taken[step] = true;
      }
    }
    std::int64_t rest = 0;
    for (std::size_t id = 0; id < taken.size(); ++id) {
      const auto& own = growth.steps()[id].own;
      const std::int64_t grown = std::int64_t(own[2].shallow) - std::int64_t(own[0].shallow);
      all += grown;
      if (taken[id]) continue;
      rest += grown;
      REQUIRE(own[2].count <= own[0].count + (grown > 0 ? 0 : own[2].count));
    }
    REQUIRE(all == held + rest);
    REQUIRE(all == std::int64_t(growth.steps()[0].total[2].shallow) -
                       std::int64_t(growth.steps()[0].total[0].shallow));
  }
}

TEST_CASE("what a set has in common is the deepest path of more than half of it") {
  ModuleHeap app;
  const Address live = sessions(app, 5, 1);
  app.module("app", {{"registry", app.instance("app.Registry", {{"_live", live}})},
                     {"last", app.instance("app.Session", {})}});
  const Heap heap = app.heap();
  const Graph& graph = heap.graph();
  const PathTree tree = path_tree(graph);
  NodeSet set(graph.node_count());
  for (const NodeId id : graph.objects()) {
    if (graph.type_name(graph.type_of(id)) == "app.Session") set.insert(id);
  }
  const CommonPath common = common_path(tree, set);
  CHECK(path_text(tree, common.path) == "app.registry._live[*]");
  CHECK(common.members == 5);
  CHECK(common_path(tree, graph.objects()).members > graph.object_count() / 2);
  CHECK(common_path(tree, NodeSet(graph.node_count())).path == kTopPath);
}

}  // namespace
}  // namespace heapsnap
