#include "libanalysis/series.h"

#include <catch2/catch.hpp>

#include "apps/heapsnap/sparkline.h"
#include "libanalysis/classifiers/all.h"
#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

TEST_CASE("a kind that a snapshot lacks has nothing there") {
  Series series;
  for (const char* text : {"root -> a\n a = A 16", "root -> b\n b = B 16", "root -> a\n a = A 24"}) {
    const NamedHeap heap = heap_from(text);
    series.add(partition(heap.graph, classify_by_type(heap.graph, heap.graph.objects())));
  }
  const std::vector<SeriesRow> rows = series.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].name == "A");
  CHECK(rows[0].at == std::vector<Measure>{{1, 16}, {}, {1, 24}});
  CHECK(rows[1].at == std::vector<Measure>{{}, {1, 16}, {}});
  CHECK(series.total() == std::vector<Measure>{{1, 16}, {1, 16}, {1, 24}});
}

TEST_CASE("growth is at every step or it is not, and has a slope") {
  CHECK(grew_every_step({1, 2, 5}));
  CHECK_FALSE(grew_every_step({1, 1, 5}));
  CHECK_FALSE(grew_every_step({1}));
  CHECK(slope({10, 20, 30}) == 10);
  CHECK(slope({30, 20, 10}) == -10);
  CHECK(slope({7}) == 0);
}

TEST_CASE("a sparkline goes from the least to the greatest") {
  CHECK(sparkline({0, 50, 100}, true) == "▁▅█");
  CHECK(sparkline({0, 50, 100}, false) == "_:#");
  CHECK(sparkline({4, 4}, false) == "__");
  CHECK(sparkline({}, true).empty());
}

}  // namespace
}  // namespace heapsnap
