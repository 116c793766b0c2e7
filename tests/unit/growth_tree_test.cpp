#include "libanalysis/growth_tree.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libanalysis/tree_order.h"
#include "tests/support/heap_from.h"
#include "tests/support/module_heap.h"

namespace heapsnap {
namespace {

using Texts = std::vector<std::string>;

PathGrowth two_snapshots() {
  PathGrowth growth;
  for (const std::size_t count : {1, 5}) {
    ModuleHeap app;
    const auto numbers = [&app](std::size_t size) {
      std::vector<Address> all;
      for (std::size_t i = 0; i < size; ++i) all.push_back(app.integer());
      return app.list(all);
    };
    const Address registry =
        app.instance("app.Registry", {{"live", numbers(2 * count)}, {"dead", numbers(count)}});
    app.module("app", {{"registry", registry}, {"log", numbers(3 * count)}});
    app.module("other", {{"seen", numbers(count)}});
    const Heap heap = app.heap();
    growth.add(heap.graph(), path_tree(heap.graph()));
  }
  return growth;
}

Texts lines(const GrowthTree& tree) {
  Texts texts;
  for (const GrowthRow& row : tree.rows) {
    texts.push_back(std::string(2 * row.depth, ' ') + row.text + " +" +
                    std::to_string(row.series[1].count - row.series[0].count));
  }
  return texts;
}

TEST_CASE("holders stand below the paths that they share, the largest growth first") {
  const PathGrowth growth = two_snapshots();
  const auto holders = find_holders(growth, 0, 1);
  const GrowthTree tree = growth_tree(growth, holders, 0, 1, 0);
  CHECK(lines(tree) == Texts{"app +24", "  .log[*] +12", "  .registry +12", "    .live[*] +8",
                             "    .dead[*] +4", "other.seen[*] +4"});
  CHECK(tree.rows[0].holder == nullptr);
  CHECK(tree.rows[3].holder->path == "app.registry.live[*]");
  CHECK(tree.rows[3].parent == 2);
  CHECK(tree.hidden == 0);
}

TEST_CASE("of a growth the largest holders are shown") {
  const PathGrowth growth = two_snapshots();
  const auto holders = find_holders(growth, 0, 1);
  const GrowthTree tree = growth_tree(growth, holders, 0, 1, 2);
  CHECK(lines(tree) == Texts{"app +24", "  .log[*] +12", "  .registry.live[*] +8"});
  CHECK(tree.hidden == 2);
  CHECK(growth_tree(growth, {}, 0, 1, 0).rows.empty());
}

TEST_CASE("new modules are a row of their own") {
  PathGrowth growth;
  for (const int count : {1, 6}) {
    ModuleHeap app;
    for (int i = 0; i < count; ++i) app.module("m" + std::to_string(i), {{"x", app.integer()}});
    const Heap heap = app.heap();
    growth.add(heap.graph(), path_tree(heap.graph()));
  }
  const auto holders = find_holders(growth, 0, 1);
  const GrowthTree tree = growth_tree(growth, holders, 0, 1, 1);
  CHECK(lines(tree) == Texts{"sys.modules[*] +5"});
}

TEST_CASE("no row has less than those below it have together, on random graphs") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    PathGrowth growth;
    for (std::uint64_t i = 0; i < 2; ++i) {
      HeapPlan plan = random_plan(seed, 1 + 3 * (seed % 40) + 9 * i, (4 * seed + 40 * i) % 300);
      for (std::size_t k = 0; k < plan.nodes.size(); ++k) {
        plan.nodes[k].type = "T" + std::to_string((k * k + seed) % (1 + seed % 5));
      }
      const NamedHeap heap = heap_of(plan);
      growth.add(heap.graph, path_tree(heap.graph));
    }
    const auto holders = find_holders(growth, 0, 1);
    const GrowthTree tree = growth_tree(growth, holders, 0, 1, 0);
    std::vector<std::uint64_t> left;
    std::size_t seen = 0;
    for (const GrowthRow& row : tree.rows) {
      left.push_back(row.series[1].shallow);
      seen += row.holder != nullptr;
      if (row.parent == kNoRow) continue;
      REQUIRE(row.parent < left.size() - 1);
      REQUIRE(row.depth == tree.rows[row.parent].depth + 1);
      REQUIRE(left[row.parent] >= row.series[1].shallow);
      left[row.parent] -= row.series[1].shallow;
    }
    REQUIRE(seen + tree.hidden <= holders.size());
  }
}

}  // namespace
}  // namespace heapsnap
