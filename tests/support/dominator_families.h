// Graphs that some way of finding dominators is slow on, or wrong: long chains with loops, lists
// whose payload is also indexed, trees that make path compression work.
//
//     for (const DominatorFamily& family : dominator_families()) {
//       const EdgeList graph = family.make(1'000'000);    // about so many nodes
//
// Node 0 leads to all others. The order of a node's edges matters: it decides which tree a
// depth-first search finds. The same size gives the same graph.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace heapsnap {

struct EdgeList {
  std::vector<std::vector<std::uint32_t>> targets;  // by node

  explicit EdgeList(std::size_t nodes) : targets(nodes) {}
  void add(std::size_t from, std::size_t to) {
    targets[from].push_back(static_cast<std::uint32_t>(to));
  }
};

struct DominatorFamily {
  const char* name;
  EdgeList (*make)(std::size_t nodes);  // at least 8
};

std::span<const DominatorFamily> dominator_families();

}  // namespace heapsnap
