#include "libanalysis/neighbourhood.h"

#include "libanalysis/largest.h"
#include "libanalysis/neighbours.h"

namespace heapsnap {

Neighbourhood neighbourhood(const Heap& heap, const NodeSet& set, std::size_t steps,
                            std::size_t most) {
  const Graph& graph = heap.graph();
  Neighbourhood result;
  NodeSet taken(graph.node_count());
  NodeSet left(graph.node_count());
  NodeSet next = set;
  NodeSet forward = set, backward = set;  // what was reached one way and the other
  for (std::size_t step = 0; step <= steps && !next.empty(); ++step) {
    const std::size_t room = most - result.nodes.size();
    const std::size_t share = (room + steps - step) / (steps - step + 1);
    const std::vector<NodeId> level =
        most != 0 && share == 0 ? std::vector<NodeId>()
                                : largest(graph, heap.dominators(), next, most == 0 ? 0 : share);
    NodeSet now(graph.node_count());
    for (const NodeId id : level) now.insert(id);
    result.nodes.insert(result.nodes.end(), level.begin(), level.end());
    taken |= now;
    left |= next - now;
    if (step == steps) break;
    forward = referents(graph, forward & now) - taken;
    backward = referrers(graph, backward & now) - taken;
    next = forward | backward;
  }
  result.left_out = (left - taken).count();
  return result;
}

}  // namespace heapsnap
