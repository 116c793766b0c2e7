// Capturing from a core file: the memory of a process that has ended (agent/image/core_file.h).
#pragma once

#include <string>

#include "agent/image/core_file.h"
#include "apps/heapsnap/capture/methods.h"

namespace heapsnap {

// `path` is the core's, for messages; the pid of the orders is ignored. Fails with kUnsupported (no
// Python that we know), kUnreadable (the core is damaged, or lacks too much) or kCapture.
Result<Captured> capture_core(const CoreFile& core, const std::string& path,
                              const CaptureOrders& orders, SnapshotNames& names);

}  // namespace heapsnap
