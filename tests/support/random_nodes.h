// Made-up nodes, the same for the same seed: of a few types that mostly look alike, as a heap's
// do, with now and then everything that the format allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/node_copy.h"

namespace heapsnap {

std::vector<NodeCopy> random_nodes(std::uint64_t seed, std::size_t count);

}  // namespace heapsnap
