#include "libanalysis/budget_figures.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

// So many sessions and so many caches in one list.
NamedHeap heap_with(int sessions, int caches) {
  std::string text = "root -> list\n";
  for (int i = 0; i < sessions; ++i) {
    text += "list -> s" + std::to_string(i) + "\ns" + std::to_string(i) + " = app.Session 100\n";
  }
  for (int i = 0; i < caches; ++i) {
    text += "list -> c" + std::to_string(i) + "\nc" + std::to_string(i) + " = app.Cache 10\n";
  }
  return heap_from(text);
}

std::vector<Overrun> found(std::string_view lines, std::vector<std::pair<int, int>> sizes) {
  const Result<Budget> budget = parse_budget("[budget]\n" + std::string(lines), "heapsnap.toml");
  REQUIRE(budget.has_value());
  std::vector<BudgetFigures> figures;
  for (const auto& [sessions, caches] : sizes) {
    figures.push_back(*take_figures(heap_with(sessions, caches).heap, *budget));
  }
  return overruns(*budget, figures);
}

TEST_CASE("a limit of the newest figure does not look at the older ones") {
  CHECK(found("'type:app.Session' = { count = 3 }", {{9, 0}, {3, 0}}).empty());
  const auto over = found("'type:app.Session' = { count = 3, shallow = 500 }", {{1, 0}, {4, 0}});
  REQUIRE(over.size() == 1);
  CHECK(over[0].verdict.now == 4);
}

TEST_CASE("with each, every row keeps the limit by itself") {
  const auto over = found("'type:app.*' = { count = \"+1\", each = true }", {{1, 1}, {4, 2}});
  REQUIRE(over.size() == 1);
  CHECK(over[0].row == "app.Session");
  CHECK(over[0].verdict.growth == 3);
  CHECK(found("'type:app.*' = { count = \"+1\" }", {{1, 1}, {4, 2}})[0].verdict.growth == 4);
}

TEST_CASE("rows that come or go count from nothing or to it") {
  const auto over = found("'type:app.*' = { count = \"+0\", each = true }", {{1, 0}, {0, 2}});
  REQUIRE(over.size() == 1);
  CHECK(over[0].row == "app.Cache");
  CHECK(over[0].verdict.old == 0);
}

TEST_CASE("with rounds, only growth in every one of the last steps is too much") {
  const char* const line = "'type:app.Session' = { count = \"+0\", rounds = 2 }";
  CHECK(found(line, {{9, 0}, {1, 0}, {2, 0}, {3, 0}}).size() == 1);
  CHECK(found(line, {{1, 0}, {2, 0}, {3, 0}, {3, 0}}).empty());
  CHECK(found(line, {{1, 0}, {5, 0}, {5, 0}, {9, 0}}).empty());
  CHECK(found(line, {{9, 0}, {1, 0}, {2, 0}, {3, 0}})[0].verdict.growth == 2);
}

TEST_CASE("what is too much has its objects") {
  const Result<Budget> budget =
      parse_budget("[budget]\n'type:app.*' = { count = 2, each = true }", "heapsnap.toml");
  const NamedHeap heap = heap_with(3, 1);
  const std::vector<BudgetFigures> figures = {*take_figures(heap.heap, *budget)};
  const auto over = overruns(*budget, figures);
  REQUIRE(over.size() == 1);
  const Result<NodeSet> objects = members(heap.heap, *budget, over[0]);
  CHECK(objects->count() == 3);
  CHECK(objects->contains(heap["s2"]));
}

}  // namespace
}  // namespace heapsnap
