// The frames of all threads as a table, innermost first.
#pragma once

#include "apps/heapsnap/report.h"
#include "libanalysis/graph.h"

namespace heapsnap {

// A thread without frames has one row, without depth and place.
Table frame_table(const Graph& graph);

}  // namespace heapsnap
