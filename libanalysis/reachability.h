// What is reached from where, and what would be freed.
//
//     const NodeSet freed = retained_set(graph, sessions);    // if exactly these went away
//     const NodeSet seen = reachable(graph, root_targets(graph, {RootKind::kThread}));
//
// Strong edges count. O(V + E), with a bit a node and a stack of containers.
#pragma once

#include <initializer_list>

#include "libanalysis/graph.h"
#include "libanalysis/node_set.h"
#include "libsnapshot/format.h"

namespace heapsnap {

// Nodes on paths from any of `from`, these included, that do not enter `avoid`.
NodeSet reachable(const Graph& graph, const NodeSet& from);
NodeSet reachable(const Graph& graph, const NodeSet& from, const NodeSet& avoid);
// The same, but paths may end in `until`.
NodeSet reachable_until(const Graph& graph, const NodeSet& from, const NodeSet& until);

// The nodes to which root edges of these kinds lead.
NodeSet root_targets(const Graph& graph, std::initializer_list<RootKind> kinds);

// The set, and whatever would be freed together with it.
NodeSet retained_set(const Graph& graph, const NodeSet& nodes);

}  // namespace heapsnap
