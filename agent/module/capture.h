// start_capture() takes a snapshot of this process: of a copy of it that the system makes in
// milliseconds, or in place.
//
// The copy is made by `clone` with no exit signal: no SIGCHLD, waitpid(-1) does not see it, no
// handlers around a fork run. It closes everything that it inherited, and writes the snapshot while
// the process goes on. If the system refuses a copy, the walk runs in place.
#pragma once

#include "agent/module/snapshot.h"

namespace heapsnap {

// Call with the GIL. Returns the handle of the capture (see captures.h), or -1: too many are under
// way. Allocates nothing of Python's. `request.process` and `request.time_ns` are filled in.
int start_capture(SnapshotRequest request);

}  // namespace heapsnap
