// The strongly connected components of a graph: nodes that all lead to each other.
//
// A component of two nodes or more, or of one that refers to itself, is a cycle. Only containers
// can be on one. O(V + E) without recursion (Tarjan).
#pragma once

#include <cstdint>

#include "libanalysis/array.h"
#include "libanalysis/graph.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

struct Components {
  Array<std::uint32_t> component;  // by container; a component's number is above those it leads to
  std::uint32_t count = 0;
};

Components components(const Graph& graph);

// The nodes of the cycles that members of the set are on.
NodeSet cycles_of(const Graph& graph, const NodeSet& nodes);

}  // namespace heapsnap
