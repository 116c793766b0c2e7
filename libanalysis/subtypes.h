// The types whose instances are instances of others: subclasses, by method resolution order.
#pragma once

#include <vector>

#include "libanalysis/graph.h"

namespace heapsnap {

// By type: whether it is one of `types`, or has one of them in its __mro__. A type whose object or
// __mro__ the snapshot lacks has its chain of bases instead. O(types x length of an __mro__).
std::vector<bool> with_subtypes(const Graph& graph, const std::vector<bool>& types);

}  // namespace heapsnap
