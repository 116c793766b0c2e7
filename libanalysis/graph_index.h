// The index of a snapshot is what opening it found out, to be read the next time instead of being
// found out again: the columns of its graph, both lists of edges, the dominator tree and retained
// sizes. Types, key tables, allocation sites and all that is small come from the snapshot, which is
// there anyway.
//
//     write_index(heap, snapshot, file);
//     Result<Heap> again = read_index("app.hsnap.index", snapshot);      // the same answers
//
// Writing: about 77 bytes a node at 10 million; the dominators are computed if they were not.
// Reading checks that the index is this snapshot's, every checksum, and then what the arrays say:
// whatever the file holds, no id in the Heap is out of range, edges and their inverse agree, and
// every node is reached from the root, which is all that analyses rely on. Numbers of a forged
// index can be wrong; an index is as good as who could write it. Whatever is not right is an error
// (kUnreadable, whose message goes on from the name of the file), and the snapshot is still there.
//
// The format is nobody's but this program's: section_file.h, with the sections in the order of
// graph_index.cpp. A change to them, or to what any step from a snapshot to these arrays yields,
// needs another kIndexVersion: a test knows what the index of one snapshot was.
#pragma once

#include <cstdint>
#include <string>

#include "libanalysis/heap.h"
#include "libsnapshot/result.h"
#include "libsnapshot/sink.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {

inline constexpr std::uint32_t kIndexVersion = 1;

// Only a whole snapshot has an index: what is made of a damaged one depends on --partial.
bool can_be_indexed(const Graph& graph, const SnapshotReader& snapshot);

[[nodiscard]] Result<void> write_index(const Heap& heap, const SnapshotReader& snapshot, Sink& out);

// 0 threads: as many as the machine has.
[[nodiscard]] Result<Heap> read_index(const std::string& path, SnapshotReader& snapshot,
                                      unsigned threads = 0);

}  // namespace heapsnap
