// What became of each kind of object between two snapshots.
//
//     const Identity same = identify(older.graph(), newer.graph());
//     Difference grown = difference(older.graph(), newer.graph(), join(...), same);
//     const RankedDifference table = ranked(grown, SortBy::kShallow, 20);
//
// In every row, survived + added + moved_in is what the newer snapshot has, and survived + gone +
// moved_out what the older one had; rows, those of the others too, add up to the total. An object
// that changed its kind, as a list that grew does with `size`, has left one row and entered another:
// it has moved, and is neither new nor gone. O(nodes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/heap.h"
#include "libanalysis/identity.h"
#include "libanalysis/joined_kinds.h"
#include "libanalysis/partition.h"

namespace heapsnap {

struct DifferenceRow {
  KindId kind = kNoKind;
  Measure older = {};
  Measure newer = {};
  std::uint64_t older_retained = 0;  // once add_retained() has run
  std::uint64_t newer_retained = 0;
  // Objects.
  std::uint64_t survived = 0;
  std::uint64_t added = 0;
  std::uint64_t gone = 0;
  std::uint64_t uncertain = 0;  // of the survived: they may as well be gone, and others added
  std::uint64_t moved_in = 0;   // they were in another row
  std::uint64_t moved_out = 0;  // they are in another row

  DifferenceRow& operator+=(const DifferenceRow& other);  // all but the kind and what is retained
  bool is_change() const;
};

struct Difference {
  Partition older;  // of the same kinds
  Partition newer;
  std::vector<DifferenceRow> rows;  // by kind
  DifferenceRow total;
};

Difference difference(const Graph& older, const Graph& newer, JoinedKinds kinds,
                      const Identity& same);

struct RankedDifference {
  std::vector<DifferenceRow> rows;  // those that changed: what grew most first, what shrank last
  std::size_t other_rows = 0;       // those beyond the limit, and those that did not change
  DifferenceRow others = {};
  DifferenceRow total = {};
};

// The first rows in the given order; 0: all that changed. Equal ones by name.
RankedDifference ranked(const Difference& difference, SortBy sort, std::size_t limit);

// What would be freed if the objects of a row went away, in either snapshot (retained_rows.h). Of
// all rows, or of those that are shown, the others together, and the total.
void add_retained(const Heap& older, const Heap& newer, Difference& difference);
void add_retained(const Heap& older, const Heap& newer, const Difference& difference,
                  RankedDifference& table);

// What the count or bytes of a row grew by; negative: it shrank.
std::int64_t growth(std::uint64_t older, std::uint64_t newer);

}  // namespace heapsnap
