// Jump pointers find an ancestor in a tree in O(log n) steps and take O(1) to add a node (Myers,
// "An applicative random-access stack", 1983).
//
// Nodes are numbers, parents come before their children, the root is 0.
#pragma once

#include <cstdint>
#include <span>

#include "libanalysis/array.h"

namespace heapsnap {

class JumpPointers {
 public:
  explicit JumpPointers(std::size_t size) : jumps_(size) {}

  void add(std::uint32_t node, std::uint32_t parent) {
    const Jump above = jumps_[parent];
    const Jump beyond = jumps_[above.to];
    const bool equal = above.depth - beyond.depth == beyond.depth - jumps_[beyond.to].depth;
    jumps_[node] = {equal ? beyond.to : parent, above.depth + 1};
  }

  // The first of the node and its ancestors for which `holds`, which holds for the root, and for
  // all ancestors of what it holds for.
  template <class Holds>
  std::uint32_t find_up(std::span<const std::uint32_t> parents, std::uint32_t node,
                        const Holds& holds) const {
    while (!holds(node)) node = holds(jumps_[node].to) ? parents[node] : jumps_[node].to;
    return node;
  }

 private:
  struct Jump {
    std::uint32_t to = 0;
    std::uint32_t depth = 0;
  };
  Array<Jump> jumps_;
};

}  // namespace heapsnap
