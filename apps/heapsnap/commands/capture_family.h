// capture --tree: a process and its Python children, a file each and one table.
#pragma once

#include "apps/heapsnap/capture/methods.h"
#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// The family as it is at the beginning, one after the other. Those of the snapshots that were made
// stay if others fail; fails if there are none.
Result<Report> capture_family(const Options& options, const CaptureOrders& orders);

}  // namespace heapsnap
