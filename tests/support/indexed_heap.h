// A small snapshot with a bit of everything, for tests of its index.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libanalysis/heap.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {

// Wide sizes, values, weak references, continuations, NULLs, every kind of root.
std::vector<std::uint8_t> varied_snapshot();

// What write_index() writes for the heap.
std::vector<std::uint8_t> index_of(const Heap& heap, const SnapshotReader& snapshot);
// Of a snapshot that can be built.
std::vector<std::uint8_t> index_of(SnapshotReader& snapshot);

// Makes every checksum of an index right, as far as the file goes: no mutation gets past those.
void put_index_checksums_right(std::vector<std::uint8_t>& index);

// Asks a heap all that analyses ask, so that an id out of range shows. Returns a text that depends
// on all answers.
std::string everything_of(const Heap& heap);

}  // namespace heapsnap
