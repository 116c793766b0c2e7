// The method remote-fork: a copy that the process is made to make of itself is walked
// (agent/attach/remote_fork.h), and what comes is packed into a file.
#pragma once

#include "apps/heapsnap/capture/methods.h"

namespace heapsnap {

Result<Captured> capture_by_remote_fork(const CaptureOrders& orders, SnapshotNames& names);

}  // namespace heapsnap
