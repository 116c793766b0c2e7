// How one object reads in a line of output.
#pragma once

#include <string>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

// Its value as Python would write it: 'text', b'..', 42, 1.5, True, None. A text that the
// snapshot lacks is <str 12 #a1b2c3>, any other object <app.Node object at 0x7f..>.
std::string describe(const Graph& graph, NodeId id);

// The address as it is printed and typed: @0x7f21a0c3d40
std::string object_name(const Graph& graph, NodeId id);

}  // namespace heapsnap
