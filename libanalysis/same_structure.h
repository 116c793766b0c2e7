// Objects of two processes that play the same part: from roots and types downwards, what a matched
// object refers to by the same label, if it has the same type by its name.
//
// Labels are compared by what stands in both files: names, texts and numbers of keys, indices of
// lists. Elements of sets, and keys that are neither text nor number, have no label that two
// processes share. An object is paired once, on the shortest way; which of several equally short
// ones does not depend on addresses or on which snapshot is the older.
#pragma once

#include "libanalysis/graph.h"
#include "libanalysis/identity.h"

namespace heapsnap {

// Fills in the pairs. O(V + E log E).
void pair_by_structure(const Graph& older, const Graph& newer, Identity& identity);

}  // namespace heapsnap
