// Threads with their frames, and what the variables of each keep alive: one row a variable.
#pragma once

#include "apps/heapsnap/report.h"
#include "libanalysis/heap.h"

namespace heapsnap {

// By thread, frame (the innermost first), and variable; a frame without any has one row, and so
// has a thread without frames. What the frame is about to use is a variable too: <stack 0>.
Table local_table(const Heap& heap);

}  // namespace heapsnap
