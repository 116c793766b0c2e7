// What the copy of the process does, from the moment it is one until it ends.
#pragma once

#include "agent/module/snapshot.h"

namespace heapsnap {

// It steps back (step_back.h), and writes the snapshot. All signals are blocked when this is
// called and stay so, but for those of the guard.
[[noreturn]] void run_in_copy(const SnapshotRequest& request, Capture& capture, Recovery& recovery);

}  // namespace heapsnap
