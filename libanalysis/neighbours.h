// The sets one step away from a set, along strong edges.
//
//     const NodeSet holders = referrers(graph, sessions);
//     const NodeSet caches = follow(graph, sessions, Glob{{".cache"}});
//
// Structures may be members; the virtual root is not. O(edges of the set).
#pragma once

#include "libanalysis/glob.h"
#include "libanalysis/graph.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

NodeSet referrers(const Graph& graph, const NodeSet& nodes);
NodeSet referents(const Graph& graph, const NodeSet& nodes);

// What edges whose label matches lead to: `.name` is an attribute of a member whether an edge from the
// member has that label, or one from its `__dict__` has the label `['name']`.
NodeSet follow(const Graph& graph, const NodeSet& nodes, const Glob& label);

}  // namespace heapsnap
