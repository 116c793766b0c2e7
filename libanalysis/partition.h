// A partition of a set: for each kind, how many of its objects there are and their bytes.
//
//     const Partition classes = partition(graph, *classifier.classify(heap, graph.objects()));
//     const RankedRows table = ranked(classes, SortBy::kShallow, 20);
//
// Rows are disjoint and cover the set: they add up to the total, and so do ranked rows together
// with the others. O(nodes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libanalysis/census.h"
#include "libanalysis/classifier.h"
#include "libanalysis/graph.h"

namespace heapsnap {

struct Measure {
  std::uint64_t count = 0;
  std::uint64_t shallow = 0;

  Measure& operator+=(const Measure& other);
  bool operator==(const Measure&) const = default;
};

struct Row {
  KindId kind = kNoKind;
  Measure measure = {};
  std::uint64_t retained = 0;  // once add_retained() has run (retained_rows.h)
};

struct Partition {
  Classification classification;  // names the rows
  std::vector<Row> rows;          // kinds that have members, in increasing order
  Measure total;
};

Partition partition(const Graph& graph, Classification classification);
Partition partition(const Census& census, Classification classification);

enum class SortBy { kShallow, kCount, kName, kRetained };

struct RankedRows {
  std::vector<Row> rows;       // the largest first; equal ones by name
  std::size_t other_rows = 0;  // those beyond the limit
  Measure others = {};
  std::uint64_t others_retained = 0;  // once add_retained() has run
  std::uint64_t total_retained = 0;   // likewise, of all rows
};

// The first rows in the given order; 0: all of them.
RankedRows ranked(const Partition& partition, SortBy sort, std::size_t limit);

// Count and bytes of a set, or of all objects.
Measure measure(const Graph& graph, const NodeSet& nodes);
Measure measure(const Census& census);

}  // namespace heapsnap
