// The types of one snapshot in another.
#pragma once

#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/identity.h"
#include "libanalysis/ids.h"

namespace heapsnap {

// By TypeId of the one graph: that of the other, or kNoType. By address and name, or, in another
// process, by name, where one type of each has it.
std::vector<TypeId> same_types(const Graph& from, const Graph& to, IdentityBasis basis);

}  // namespace heapsnap
