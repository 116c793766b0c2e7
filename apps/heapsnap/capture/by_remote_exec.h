// The method remote-exec: CPython 3.14 and later is asked to execute a script of ours, which
// captures (agent/attach/script_request.h). The only method that runs Python code in the process.
//
// A request that the interpreter does not see in time is withdrawn. So it is if the user interrupts
// us; if we are killed, the script finds that nobody listens, and does nothing.
#pragma once

#include "apps/heapsnap/capture/methods.h"

namespace heapsnap {

Result<Captured> capture_by_remote_exec(const CaptureOrders& orders, SnapshotNames& names);

}  // namespace heapsnap
