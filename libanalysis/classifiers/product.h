// The product of two classifications: objects are of one kind if they are of one kind in both.
#pragma once

#include "libanalysis/classifier.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

// Both of the same nodes. O(nodes log kinds).
Classification product(Classification first, Classification second, const NodeSet& nodes);

}  // namespace heapsnap
