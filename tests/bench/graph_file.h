// A graph as a file of signed 64-bit integers, for peers in other languages: the number of nodes,
// the virtual root, the number of edges, the immediate dominator of each node (-1: none), then the
// edges, each its source and its target, the root's too.
#pragma once

#include "libanalysis/graph.h"

namespace heapsnap {

[[nodiscard]] bool write_graph_file(const Graph& graph, const char* path);

}  // namespace heapsnap
