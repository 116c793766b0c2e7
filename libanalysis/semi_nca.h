// Immediate dominators among the containers of a graph, in the numbering of a depth-first search.
//
// The part of dominators.h in which time goes; see there.
#pragma once

#include <cstdint>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

// Containers by number: the virtual root is 0, a node comes after its parent.
struct SearchTree {
  Array<NodeId> node;           // by number
  Array<std::uint32_t> number;  // by container
  Array<std::uint32_t> parent;  // by number
  std::uint32_t size() const { return static_cast<std::uint32_t>(node.size()); }
};

SearchTree depth_first_search(const Graph& graph);

// By number, each less than its index but for the root's, which is 0.
Array<std::uint32_t> immediate_dominators(const Graph& graph, const SearchTree& tree);

}  // namespace heapsnap
