#include "libanalysis/largest.h"

#include <algorithm>

namespace heapsnap {

std::vector<NodeId> largest(const Graph& graph, const Dominators& tree, const NodeSet& nodes,
                            std::size_t limit) {
  std::vector<NodeId> order(nodes.begin(), nodes.end());
  const auto larger = [&](NodeId a, NodeId b) {
    if (tree.retained[a] != tree.retained[b]) return tree.retained[a] > tree.retained[b];
    return graph.address(a) < graph.address(b);
  };
  const std::size_t count = limit == 0 ? order.size() : std::min(limit, order.size());
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(order.begin(), end, order.end(), larger);
  order.erase(end, order.end());
  return order;
}

}  // namespace heapsnap
