// write_synthetic_heap makes a snapshot of a heap that never was, of any size: records, instances,
// trees with parents, closures, a linked list through all of it, dicts of a graph, rows of numbers,
// held by lists of a few thousand. It has 2 references an object; `dense` adds tuples of links to
// shared objects, and has 3.3.
//
// The same options give the same bytes. Memory: some megabytes, and 8 bytes for each 50,000
// objects. The nodes have no values, and one reference each: their records are written before all
// that refers to them is known.
#pragma once

#include <cstdint>

#include "libsnapshot/result.h"
#include "libsnapshot/sink.h"

namespace heapsnap {

struct SyntheticOptions {
  std::uint64_t objects = 1'000'000;  // at least, and a few more
  bool dense = false;
  int level = 1;  // zstd's; 0: as an agent writes
};

[[nodiscard]] Result<void> write_synthetic_heap(Sink& sink, const SyntheticOptions& options);

}  // namespace heapsnap
