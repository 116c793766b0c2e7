// The dominators of Boost's graph library (Lengauer and Tarjan's), on its own compact graph of the
// same nodes and edges: a peer for speed, and a second opinion on what the answer is.
#pragma once

#include <cstdint>
#include <optional>

#include "libanalysis/graph.h"

namespace heapsnap {

struct PeerTimes {
  double seconds = 0;             // without making its graph
  std::uint64_t differences = 0;  // nodes for which it names another immediate dominator
};

// Nothing where Boost was not there to build with.
std::optional<PeerTimes> time_peer(const Graph& graph);

}  // namespace heapsnap
