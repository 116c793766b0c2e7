// A set and what is around it, few enough nodes to draw.
//
// From the set one goes along strong edges to what its members refer to, what these refer to, and
// so on; and the other way, to what refers to them. No step turns round: what a referrer refers to
// besides is not a neighbour. The nodes that are taken are the largest by retained size, and every
// distance has its share of them, so that a large set leaves room for what holds it.
#pragma once

#include <cstddef>
#include <vector>

#include "libanalysis/heap.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

struct Neighbourhood {
  std::vector<NodeId> nodes;  // by distance, then the largest first; never the virtual root
  std::size_t left_out = 0;   // of the set, and neighbours of what was taken
};

// At most `most` nodes (0: all), no more than so many steps away; fewer only if nothing is left
// out. O(edges of what is taken), some ten times at most.
Neighbourhood neighbourhood(const Heap& heap, const NodeSet& set, std::size_t steps,
                            std::size_t most);

}  // namespace heapsnap
