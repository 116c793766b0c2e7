// A census counts the objects of a snapshot by type and size, and builds no graph of them.
//
//     std::optional<Census> census = take_census(*snapshot);
//     const Graph& kinds = census->kinds.graph();
//     partition(*census, classifier->classify(census->kinds, kinds.objects()))
//
// Its graph has one node for all the objects of one type and size, and no edges. Classifiers that
// look at types and sizes only (Classifier::is_of_census) give the same rows for it as for the
// graph, at the cost of reading the file: some 20 ns an object on two threads, and 8 bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libanalysis/graph_builder.h"
#include "libanalysis/heap.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {

struct Census {
  Heap kinds;
  std::vector<std::uint64_t> members;  // by node of `kinds`: how many objects it stands for
};

// Nothing if the snapshot is incomplete, or if anything in it contradicts: only build_graph can
// tell what to make of it then.
[[nodiscard]] std::optional<Census> take_census(SnapshotReader& snapshot,
                                                const BuildOptions& options = {});

}  // namespace heapsnap
