#include "libanalysis/merged_tree.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

Classification classes(const Heap& heap, const char* by) {
  return *find_classifier(by)->classify(heap, heap.graph().objects_and_structures());
}

std::vector<std::string> lines(const Classification& classes, const MergedTree& tree) {
  std::vector<std::string> result;
  for (const TreeRow& row : tree.rows) {
    result.push_back(std::string(2 * row.depth, ' ') + classes.name(row.kind) + " " +
                     std::to_string(row.measure.count) + " " + std::to_string(row.retained));
  }
  return result;
}

constexpr const char* kShop = R"(
  root -> shop lamp
  shop -> cart1 cart2 price
  cart1 -> item1 price
  cart2 -> item2 item3 price
  shop = Shop 10
  cart1 = Cart 20
  cart2 = Cart 20
  item1 = Item 100
  item2 = Item 100
  item3 = Item 100
  price = Price 7
  lamp = Lamp 1
)";

TEST_CASE("what one row dominates is merged by class") {
  const NamedHeap heap = heap_from(kShop);
  const Classification by_type = classes(heap.heap, "type");
  const MergedTree tree = merged_tree(heap.heap, by_type, {.from = heap.graph.root()});
  CHECK(lines(by_type, tree) == std::vector<std::string>{"Shop 1 357", "  Cart 2 340",
                                                         "    Item 3 300", "  Price 1 7",
                                                         "Lamp 1 1"});
  CHECK(tree.rows[0].only == heap["shop"]);
  CHECK(tree.rows[1].only == kNoNode);
  CHECK(tree.rows[2].parent == 1);
  CHECK(tree.hidden == 0);
}

TEST_CASE("a tree begins at an object, and ends at a depth") {
  const NamedHeap heap = heap_from(kShop);
  const Classification by_type = classes(heap.heap, "type");
  CHECK(lines(by_type, merged_tree(heap.heap, by_type, {.from = heap["cart2"]})) ==
        std::vector<std::string>{"Cart 1 220", "  Item 2 200"});
  const MergedTree shallow = merged_tree(heap.heap, by_type, {.from = heap["shop"], .depth = 1});
  CHECK(lines(by_type, shallow) ==
        std::vector<std::string>{"Shop 1 357", "  Cart 2 340", "  Price 1 7"});
  CHECK(shallow.hidden == 1);  // Item
  const MergedTree whole =
      merged_tree(heap.heap, by_type, {.from = heap.graph.root(), .depth = 1});
  CHECK(lines(by_type, whole) == std::vector<std::string>{"Shop 1 357", "Lamp 1 1"});
}

TEST_CASE("with a limit the rows that retain most are shown") {
  const NamedHeap heap = heap_from(kShop);
  const Classification by_type = classes(heap.heap, "type");
  const MergedTree tree = merged_tree(heap.heap, by_type, {.from = heap.graph.root(), .limit = 3});
  CHECK(lines(by_type, tree) ==
        std::vector<std::string>{"Shop 1 357", "  Cart 2 340", "    Item 3 300"});
  CHECK(tree.hidden == 2);  // Price and Lamp
  CHECK(tree.hidden_retained == 1);
}

TEST_CASE("a row has its own bytes and its children's, and the rows cover all, on random graphs") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    HeapPlan plan = random_plan(seed, 1 + 3 * (seed % 60), 4 * seed);
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      plan.nodes[i].type = "T" + std::to_string((i * i + seed) % (1 + seed % 5));
    }
    const NamedHeap named = heap_of(plan);
    for (const char* by : {"type", "id", "unity", "size"}) {
      const Classification kinds = classes(named.heap, by);
      for (const NodeId from : {named.graph.root(), named.ids.front()}) {
        const MergedTree tree = merged_tree(named.heap, kinds, {.from = from});
        std::vector<std::uint64_t> left;
        std::uint64_t top = 0;
        Measure all;
        for (const TreeRow& row : tree.rows) {
          left.push_back(row.retained - row.measure.shallow);
          all += row.measure;
          if (row.parent == kNoRow) {
            top += row.retained;
          } else {
            REQUIRE(row.depth == tree.rows[row.parent].depth + 1);
            left[row.parent] -= row.retained;
          }
        }
        for (const std::uint64_t bytes : left) REQUIRE(bytes == 0);
        REQUIRE(top == tree.retained);
        REQUIRE(all == tree.total);
        REQUIRE(tree.retained == named.heap.dominators().retained[from]);
      }
    }
  }
}

}  // namespace
}  // namespace heapsnap
