// The index beside a snapshot: FILE.index, which --index writes and uses.
//
// What it is says libanalysis/graph_index.h. It is never needed: whatever is wrong with it, or with
// the place for it, is a warning, and the answer comes from the snapshot alone. It has its name
// only when it is whole and on the disk, so that neither a crash nor a second writer leaves half
// of one. What it takes the place of is an older one (any file that begins as one does), or with
// --force any ordinary file.
#pragma once

#include "apps/heapsnap/options.h"
#include "libanalysis/heap.h"
#include "libsnapshot/result.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {

// From the snapshot alone.
Result<Heap> open_heap(SnapshotReader& snapshot, const Options& options);

// From its index. If there is none that is its own and right, from the snapshot, and the index is
// written.
Result<Heap> open_indexed(SnapshotReader& snapshot, const Options& options);

}  // namespace heapsnap
