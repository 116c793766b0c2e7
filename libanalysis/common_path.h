// What holds a set of objects, in one line: the deepest general path below which more than half of
// them hang.
//
//     const CommonPath via = common_path(tree, sessions);
//     path_text(tree, via.path)                     // app.registry._live[*]
//     double(via.members) / sessions.count()        // 0.96
//
// A set that is spread all over the heap has the top: no text, all members. O(members x depth) at
// worst, and O(members) where they hang at few paths.
#pragma once

#include <cstdint>
#include <map>

#include "libanalysis/node_set.h"
#include "libanalysis/path_tree.h"

namespace heapsnap {

struct CommonPath {
  PathId path = kTopPath;
  std::uint64_t members = 0;  // that hang there or below
};

CommonPath common_path(const PathTree& tree, const NodeSet& nodes);

// Of a set of which so many hang at each path.
using PathCounts = std::map<PathId, std::uint64_t>;
CommonPath common_path(const PathTree& tree, const PathCounts& counts);

}  // namespace heapsnap
