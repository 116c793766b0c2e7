// What would be freed if the objects of one row of a partition went away and all others stayed.
//
// Rows do not add up in this: what two rows keep alive together is in neither. So the rest of the
// rows and the whole are measured as sets of their own.
//
// A row of one object has what the object dominates. For others, one search from the virtual root
// serves up to 64 rows: a node carries one bit a row, set if a path that avoids the row leads to
// it. Each node is passed once for each change of its bits, a few times in practice: about as much
// as two searches, where one search a row would be 64.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libanalysis/heap.h"
#include "libanalysis/partition.h"

namespace heapsnap {

// Of all rows.
void add_retained(const Heap& heap, Partition& partition);

// Of the rows that are shown, of the others together, and of all.
void add_retained(const Heap& heap, const Partition& partition, RankedRows& table);

}  // namespace heapsnap
