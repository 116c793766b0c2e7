// A few objects and the references between them, for Graphviz.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "apps/heapsnap/report.h"
#include "libanalysis/heap.h"
#include "libanalysis/neighbourhood.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

// Members of the set stand out. References from one node to another are one arrow with their
// labels, weak ones another, dashed. Roots of one kind are a node.
void write_dot(const Heap& heap, const NodeSet& set, const Neighbourhood& drawn,
               const std::string& title, const Write& write);

// Text as a quoted string of the DOT language whose label reads as the text does, with `\n` only
// between its lines.
std::string dot_string(std::string_view text);

}  // namespace heapsnap
