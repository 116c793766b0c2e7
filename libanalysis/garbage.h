// Cyclic garbage, one class of a classification for each cycle.
//
// What no root leads to waits for the collector, and is alive only because of cycles: strongly
// connected parts of the graph (components.h), and what hangs on them. O(V + E).
#pragma once

#include "libanalysis/classifier.h"
#include "libanalysis/heap.h"

namespace heapsnap {

// Of the objects on cycles that no root leads to. A class is named after the types of its members,
// the most frequent first: "2 app.Node, 2 dict".
Classification classify_dead_cycles(const Heap& heap);

}  // namespace heapsnap
