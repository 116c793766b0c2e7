// Where memory accumulates: the objects to look at first in a heap that is too large.
//
// A suspect keeps a tenth of the heap alive, and nothing below it in the dominator tree does so in
// its turn: the walk from the roots goes down as long as it finds one object that keeps so much.
// (Eclipse MAT calls that place an accumulation point.) A chain of objects of one class ends at
// its first. Objects of one class that nothing dominates in common are a suspect together.
//
// O(children of the objects that are passed).
#pragma once

#include <cstdint>
#include <vector>

#include "libanalysis/heap.h"
#include "libanalysis/ids.h"

namespace heapsnap {

struct Suspect {
  NodeId node = kNoNode;     // none: all objects of the type that only roots dominate
  TypeId type = kNoType;
  std::uint64_t count = 1;   // objects
  std::uint64_t retained = 0;
  // The type that has the most of what they keep alive, its objects that they dominate at once,
  // and what these retain. No objects: they keep nothing but themselves.
  TypeId content = kNoType;
  std::uint64_t content_count = 0;
  std::uint64_t content_retained = 0;

  bool operator==(const Suspect&) const = default;
};

// The largest first; equal ones by type, then by node.
std::vector<Suspect> find_suspects(const Heap& heap);

}  // namespace heapsnap
