// The reference pattern of a set: who refers to it, who refers to those, as a tree of sets.
//
// The row at the top is the set. Below a row is the partition of the referrers of its nodes. Heapy
// (guppy3) has it as `rp`, and gives the reasons why a row has nothing below it: its set is that
// of an earlier row, it is of a kind that explains itself, nothing but roots refers to it, or the
// tree ends there.
//
// With a limit, rows nearer to the set go first. O(edges to the sets that are opened), so that a
// level of one object costs no more in a large heap than in a small one; immediate referrers, if
// there are several, are a search of the graph. A row keeps its nodes, 4 bytes each, and 4 more if
// it was opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "libanalysis/classifier.h"
#include "libanalysis/graph.h"
#include "libanalysis/node_set.h"
#include "libanalysis/partition.h"
#include "libanalysis/tree_order.h"

namespace heapsnap {

enum class RowEnd {
  kOpened,  // its referrers are below it
  kCut,     // by depth or limit
  kStop,    // of a kind where it should end
  kRoot,    // nothing but roots refers to it
  kSame,    // the same set as that of an earlier row
};

struct PatternRow {
  std::size_t parent = kNoRow;
  std::size_t depth = 0;
  std::size_t place = 0;    // among the rows below its parent, from 1
  KindId kind = kNoKind;    // of the classes; none for the set itself
  std::vector<NodeId> nodes = {};  // in increasing order
  Measure measure = {};     // of those that are objects
  RowEnd end = RowEnd::kCut;
  std::size_t same_as = kNoRow;  // kSame
};

struct PatternQuery {
  NodeSet of;
  // Rows of nothing else are not opened, but for the first.
  std::optional<NodeSet> stop = std::nullopt;
  std::size_t depth = 7;   // levels below the set; 0: all
  std::size_t limit = 0;   // rows; 0: all
  bool immediate = false;  // only referrers that roots reach without passing an object of them
  bool no_cycles = false;  // leave out sets that stand above
};

struct ReferencePattern {
  std::vector<PatternRow> rows;  // in the order of the tree: the largest rows first
  std::size_t hidden = 0;        // rows that were met and not shown
  std::uint64_t passed = 0;      // nodes and edges that were looked at
};

// The classes are of all nodes but the virtual root.
ReferencePattern reference_pattern(const Graph& graph, const Classification& classes,
                                   const PatternQuery& query);

// Where a pattern ends if nothing else is said, as Heapy's: modules, types, their dicts, code,
// frames and threads.
NodeSet self_explaining(const Graph& graph);

}  // namespace heapsnap
