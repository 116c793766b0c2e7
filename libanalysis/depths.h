// How far each node is from what keeps it alive, and what kind of root that is.
//
// A step leads from an object to one that it refers to; threads, interpreters and frames without
// an object are passed at no cost. So an object that a root or a running function refers to is at
// depth 1, whatever it is that holds it. Of roots at one distance the first kind counts (thread,
// interpreter, static-type, immortal, held-by-c). Only what none of these reach is unreachable:
// there the depth counts from the representative of the garbage.
//
// One breadth-first search, O(V + E); 5 bytes a node.
#pragma once

#include <cstdint>

#include "libanalysis/array.h"
#include "libanalysis/graph.h"
#include "libsnapshot/format.h"

namespace heapsnap {

struct Depths {
  Array<std::uint32_t> depth;  // by node; 0: the virtual root, and structures that it reaches
  Array<RootKind> kind;        // by node; of the virtual root: kThread
};

Depths depths(const Graph& graph);

}  // namespace heapsnap
