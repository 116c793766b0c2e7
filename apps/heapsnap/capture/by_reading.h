// The method read: the process is stopped, its memory is copied, and a walker of ours reads the
// copy (agent/image). Nothing runs in the process, and it makes no system call for us.
#pragma once

#include "apps/heapsnap/capture/methods.h"

namespace heapsnap {

Result<Captured> capture_by_reading(const CaptureOrders& orders, SnapshotNames& names);

}  // namespace heapsnap
