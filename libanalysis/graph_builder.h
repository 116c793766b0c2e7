// build_graph makes a Graph of a snapshot. It is the door: whatever the file claims is checked
// here, and nothing behind it can fail.
//
//     Result<SnapshotReader> snapshot = SnapshotReader::open("app.hsnap");
//     Result<Graph> graph = build_graph(*snapshot, {.threads = 2});
//
// Refused (ErrorCode::kUnreadable): two nodes in one granule, an unknown type or key table, a
// continuation that does not follow. With `partial`, and for a snapshot that is not complete, such
// records are dropped and counted in Damage. Always dropped and counted: edges, roots and allocations at addresses
// of no node.
//
// The result depends on the file and not on the number of threads. About 40 ns a node on two
// threads; at its peak the memory is that of the graph and as much again for edges in flight.
#pragma once

#include <functional>
#include <string_view>

#include "libanalysis/graph.h"
#include "libsnapshot/result.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {

struct BuildOptions {
  unsigned threads = 0;  // 0: as many as the machine has
  bool partial = false;  // use what is whole of a damaged file
  // Called from the calling thread, now and then, with the share that is done (0 to 1).
  std::function<void(std::string_view stage, double share)> progress = {};
};

[[nodiscard]] Result<Graph> build_graph(SnapshotReader& snapshot, const BuildOptions& options = {});

}  // namespace heapsnap
