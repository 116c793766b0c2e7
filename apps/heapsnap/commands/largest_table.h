// The objects of a set by retained size, as the table that `top` and `analyze` show.
#pragma once

#include <cstddef>

#include "apps/heapsnap/report.h"
#include "libanalysis/heap.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

// Retained sizes overlap, so they have no sum in the row of others; the total's is that of the
// set as a whole. At most `limit` rows; 0: all.
Table largest_table(const Heap& heap, const NodeSet& nodes, std::size_t limit);

}  // namespace heapsnap
