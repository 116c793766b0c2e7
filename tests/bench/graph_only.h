// What the node records of a snapshot take without what is no graph: values, previews, reference
// counts (which are written as one byte). Types, addresses, sizes and references are left.
#pragma once

#include <cstdint>

#include "libsnapshot/result.h"

namespace heapsnap {

// Bytes of the nodes as zstd's level writes them; 0: as the agent does.
[[nodiscard]] Result<std::uint64_t> graph_only_bytes(const char* path, int level);

}  // namespace heapsnap
