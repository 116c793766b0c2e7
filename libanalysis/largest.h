// The objects of a set that retain most.
#pragma once

#include <cstddef>
#include <vector>

#include "libanalysis/dominators.h"
#include "libanalysis/graph.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

// At most `limit` of them (0: all), the largest first; equal ones by address. O(set), and sorting
// of those that are returned.
std::vector<NodeId> largest(const Graph& graph, const Dominators& tree, const NodeSet& nodes,
                            std::size_t limit);

}  // namespace heapsnap
