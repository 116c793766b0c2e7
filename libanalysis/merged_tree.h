// The dominator tree as people read it: the children of a row that are of one kind are one row.
//
//     const MergedTree tree = merged_tree(heap, kinds, {.from = graph.root(), .limit = 20});
//     for (const TreeRow& row : tree.rows) ...       // a row, then what it dominates
//
// What a row retains is the sum of what its members do, of which none dominates another: the rows
// of a level add up, and a row has its own bytes and its children's. (What several members keep
// alive only together is not theirs but their dominator's: `set` counts it, a tree cannot.)
//
// With a limit, the rows that retain most are shown, wherever in the tree they are. O(nodes below
// the rows that are opened), and a heap of the rows that wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libanalysis/classifier.h"
#include "libanalysis/heap.h"
#include "libanalysis/ids.h"
#include "libanalysis/partition.h"
#include "libanalysis/tree_order.h"

namespace heapsnap {

struct TreeRow {
  std::size_t parent = kNoRow;  // its place among the rows
  std::size_t depth = 0;
  KindId kind = kNoKind;
  NodeId only = kNoNode;  // the row's only member
  Measure measure = {};   // of members that are objects
  std::uint64_t retained = 0;
};

struct MergedTree {
  std::vector<TreeRow> rows;       // each before its children, the largest of them first
  std::size_t hidden = 0;          // rows next to those shown that are not shown themselves,
  std::uint64_t hidden_retained = 0;  // and what those at the top retain
  Measure total = {};              // of everything that is dominated, rows of all depths
  std::uint64_t retained = 0;      // by everything at the top
};

struct TreeQuery {
  NodeId from = kNoNode;      // the virtual root: its children are at the top; another is itself
  std::size_t depth = 0;      // levels below it at most; 0: all
  std::size_t limit = 0;      // rows at most; 0: all
};

// The classes are of all nodes but the virtual root.
MergedTree merged_tree(const Heap& heap, const Classification& classes, const TreeQuery& query);

}  // namespace heapsnap
