// Whether arrays that somebody else made can be those of a graph and of its dominators.
//
// What is checked is what analyses rely on: ids are in range, lists that are searched are sorted,
// edges and referrers are the same edges, forms fit their rows, every node is reached from the
// virtual root, and the tree is one. Not that the tree is the right one, nor any size.
// O(V + E).
#pragma once

#include <string_view>

#include "libanalysis/dominators.h"
#include "libanalysis/graph_arrays.h"

namespace heapsnap {

// Containers and leaves each in the order of their addresses: those of an AddressMap then have
// these ids.
bool addresses_rise(const GraphArrays& graph);

// What makes no sense, by its name; empty: nothing. The columns have the lengths that they should,
// the addresses rise, and the last type is that of unknown ones.
std::string_view contradiction_in(const GraphArrays& graph, const Dominators& tree,
                                  unsigned threads);

}  // namespace heapsnap
