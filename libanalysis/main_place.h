// The one place to name for objects that are too many, of all those where they hang.
//
//     main_holder(holders, growth, 0, tree, graph, sessions, Gauged::kCount)  // or null
//     path_text(tree, main_path(tree, graph, sessions, Gauged::kCount))   // app.registry._live[*]
//
// If they have grown too much, it is the holder (holders.h) with most of their growth; if they are
// too much, whatever they were before, the path with most of them. Most is by number, by bytes, or,
// where it is asked what they retain, by the bytes of all that hangs at them and below; of equal
// ones, that with more bytes, then more objects, then the first. The elements of one container are
// counted together, its keys with its values, and the path is that of the more numerous kind.
//
// Growth is known by path and not by object: of a path where other objects hang too, theirs is taken
// to be no more than the path's growth and no more than what they have there. O(nodes + paths).
#pragma once

#include <cstddef>
#include <vector>

#include "libanalysis/condition.h"
#include "libanalysis/holders.h"
#include "libanalysis/node_set.h"
#include "libanalysis/path_growth.h"
#include "libanalysis/path_tree.h"

namespace heapsnap {

// From one snapshot to the last, whose graph, tree and objects these are. null: no holder has any.
const Holder* main_holder(const std::vector<Holder>& holders, const PathGrowth& growth,
                          std::size_t from, const PathTree& tree, const Graph& graph,
                          const NodeSet& objects, Gauged measure);

// kTopPath: there are no objects.
PathId main_path(const PathTree& tree, const Graph& graph, const NodeSet& objects, Gauged measure);

}  // namespace heapsnap
