// The holders of a growth as a tree: each below the nearest path that it shares with others.
//
//     const GrowthTree tree = growth_tree(growth, holders, 0, 1, 20);
//     tree.rows[1].text                             // .registry._live[*]
//
// Rows stand in the order in which they are printed: the largest growth in bytes first, what is
// below a row behind it. A row is of its path with all below, of a holder: of its container. So the
// rows at the top and the rest add up to the snapshots, and no row has less than those below it have
// together. What sys.modules gained hangs at the top itself: its row, the last, is of the elements
// alone. O(paths).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libanalysis/holders.h"
#include "libanalysis/path_growth.h"

namespace heapsnap {

struct GrowthRow {
  std::size_t step = 0;    // 0: of sys.modules
  std::size_t parent = 0;  // row, kNoRow (tree_order.h) at the top
  std::size_t depth = 0;
  std::string text = {};           // of the path, from the parent's on
  const Holder* holder = nullptr;  // null: a path that several holders share
  std::vector<Measure> series = {};  // by snapshot
};

struct GrowthTree {
  std::vector<GrowthRow> rows;
  std::size_t hidden = 0;  // holders beyond the limit
};

// Of the first holders, so many; 0: of all. `to` is a snapshot, and growth that from `from`.
GrowthTree growth_tree(const PathGrowth& growth, const std::vector<Holder>& holders,
                       std::size_t from, std::size_t to, std::size_t limit);

}  // namespace heapsnap
