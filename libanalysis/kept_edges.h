// The edges that an object has had in two snapshots of one process: of the same label, to the same
// address.
//
// Slots with names (attributes, fields, local variables) are compared by name, items of a dict by
// key. Keys of a dict, items of a list and what has no label keep their order while others come
// and go: an item that was taken out and put in elsewhere is not kept, its neighbours are. Elements
// of a set have no order. O(edges) for rows without a change, else O(edges log edges).
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

class KeptEdges {
 public:
  // `newer_of`: by older node the one at its address that has its type, or kNoNode.
  KeptEdges(const Graph& older, const Graph& newer, const Array<NodeId>& newer_of)
      : older_(older), newer_(newer), newer_of_(newer_of) {}

  // All edges, in the same places.
  bool is_unchanged(NodeId a, NodeId b) const;

  // Calls body(position of a's, position of b's) for each, in no particular order. Not for the
  // virtual root. The same pairs whichever snapshot is called the older.
  template <class Body>
  void for_each(NodeId a, NodeId b, const Body& body) const {
    if (is_unchanged(a, b)) {
      for (std::size_t i = 0; i < older_.referents(a).size(); ++i) body(i, i);
    } else {
      for (const auto& [i, j] : pairs(a, b)) body(i, j);
    }
  }

 private:
  using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
  Pairs pairs(NodeId a, NodeId b) const;

  const Graph& older_;
  const Graph& newer_;
  const Array<NodeId>& newer_of_;
};

// Of two sequences of numbers: places of equal ones that stand in one order in both, as many as a
// pass finds that leaves out, where the two differ, the number that moved farther.
std::vector<std::pair<std::size_t, std::size_t>> in_order(std::span<const std::uint64_t> a,
                                                          std::span<const std::uint64_t> b);

}  // namespace heapsnap
