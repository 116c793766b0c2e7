// Where two heaps differ, by path: the tree of what grew (growth_tree.h), and for each row of a diff
// the path by which its new objects are held.
#pragma once

#include "apps/heapsnap/report.h"
#include "libanalysis/difference.h"
#include "libanalysis/heap.h"
#include "libanalysis/identity.h"
#include "libanalysis/node_set.h"
#include "libanalysis/path_growth.h"
#include "libanalysis/path_tree.h"

namespace heapsnap {

class HeapGrowth {
 public:
  HeapGrowth(const Heap& older, const Heap& newer);
  // Of these objects of either alone.
  HeapGrowth(const Heap& older, const Heap& newer, const NodeSet& of_older, const NodeSet& of_newer);

  // At most so many holders; 0: all.
  Table table(std::size_t limit) const;
  // Adds the column `via` to a table with a row for each of these.
  void add_via(Table& table, const Difference& difference, const std::vector<DifferenceRow>& rows,
               const Identity& same) const;

 private:
  HeapGrowth(const Heap& older, const Heap& newer, const NodeSet* of_older, const NodeSet* of_newer);

  const Graph& newer_;
  PathTree tree_;  // of the newer one
  PathGrowth growth_;
};

}  // namespace heapsnap
