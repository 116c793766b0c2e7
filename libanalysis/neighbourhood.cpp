#include "libanalysis/neighbourhood.h"

#include <algorithm>

#include "libanalysis/largest.h"
#include "libanalysis/neighbours.h"

namespace heapsnap {

namespace {

// Every distance has its share of what room there is, and so much more.
Neighbourhood taken(const Heap& heap, const NodeSet& set, std::size_t steps, std::size_t most,
                    std::size_t more) {
  const Graph& graph = heap.graph();
  Neighbourhood result;
  NodeSet seen(graph.node_count());
  NodeSet left(graph.node_count());
  NodeSet next = set;
  NodeSet forward = set, backward = set;  // what was reached one way and the other
  for (std::size_t step = 0; step <= steps && !next.empty(); ++step) {
    const std::size_t room = most - result.nodes.size();
    const std::size_t share = std::min(room, (room + steps - step) / (steps - step + 1) + more);
    const std::vector<NodeId> level =
        most != 0 && share == 0 ? std::vector<NodeId>()
                                : largest(graph, heap.dominators(), next, most == 0 ? 0 : share);
    NodeSet now(graph.node_count());
    for (const NodeId id : level) now.insert(id);
    result.nodes.insert(result.nodes.end(), level.begin(), level.end());
    seen |= now;
    left |= next - now;
    if (step == steps) break;
    forward = referents(graph, forward & now) - seen;
    backward = referrers(graph, backward & now) - seen;
    next = forward | backward;
  }
  result.left_out = (left - seen).count();
  return result;
}

}  // namespace

// Where a distance needs less than its share, those before it get what is over: so much at first,
// then twice as much, until there is no room or nothing left.
Neighbourhood neighbourhood(const Heap& heap, const NodeSet& set, std::size_t steps,
                            std::size_t most) {
  Neighbourhood result = taken(heap, set, steps, most, 0);
  for (std::size_t more = 0; result.nodes.size() < most && result.left_out > 0;) {
    more = std::max(2 * more, most - result.nodes.size());
    result = taken(heap, set, steps, most, more);
  }
  return result;
}

}  // namespace heapsnap
