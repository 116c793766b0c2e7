// Numbers below 2^32 for nodes that stay the same from one snapshot of a process to the next: what
// a .heapsnapshot names objects by.
//
// An object's number follows from its address, so that DevTools' Comparison finds it again. Objects
// are 16 bytes apart or more; what is cut off of an address tells apart only those that are 32 GiB
// or a multiple of it away from each other. Where two meet, the later one takes a free number.
// Numbers of objects are odd. 4 bytes a node while they are made, none later.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

class NodeIds {
 public:
  // Numbers below 2 * reserved are left to the caller.
  NodeIds(const Graph& graph, std::uint32_t reserved);
  std::uint32_t operator[](NodeId id) const;

 private:
  const Graph& graph_;
  std::unordered_map<NodeId, std::uint32_t> moved_;  // those whose place was taken
};

}  // namespace heapsnap
