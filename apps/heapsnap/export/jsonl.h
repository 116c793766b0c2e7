// The graph as JSON lines, for scripts: one object a line, as docs/output.md describes it.
#pragma once

#include "apps/heapsnap/report.h"
#include "libanalysis/graph.h"

namespace heapsnap {

// Header, types, nodes with their labelled edges in the order of their ids, roots, end. Needs no
// memory beyond a line. Stops if nothing more can be written.
void write_jsonl(const Graph& graph, const Origin& from, const Write& write);

}  // namespace heapsnap
