#include "libanalysis/largest.h"

#include <algorithm>

namespace heapsnap {

std::vector<NodeId> largest(const Graph& graph, const Dominators& tree, const NodeSet& nodes,
                            std::size_t limit) {
  const auto larger = [&](NodeId a, NodeId b) {
    if (tree.retained[a] != tree.retained[b]) return tree.retained[a] > tree.retained[b];
    return graph.address(a) < graph.address(b);
  };
  std::vector<NodeId> heap;  // its first is the smallest
  for (const NodeId node : nodes) {
    if (limit != 0 && heap.size() == limit) {
      if (!larger(node, heap.front())) continue;
      std::ranges::pop_heap(heap, larger);
      heap.pop_back();
    }
    heap.push_back(node);
    std::ranges::push_heap(heap, larger);
  }
  std::ranges::sort_heap(heap, larger);
  return heap;
}

}  // namespace heapsnap
