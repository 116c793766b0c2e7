// The graph as a .heapsnapshot, which Chrome's DevTools and memlab open; docs/output.md says what
// stands for what there.
//
// Their retained sizes are ours: whatever they leave out of their dominator trees (edges of the
// type `shortcut`, from `code`, of the type `internal` with the name `code`) does not occur, weak
// edges do not count there either, and what is put between the root and what it holds is of no
// size. Sizes of 4 GiB and more, which the form lacks, are continued in nodes that the object alone
// refers to.
#pragma once

#include "apps/heapsnap/report.h"
#include "libanalysis/graph.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// Whether the form has numbers for so many nodes. Fails with kUsage.
Result<void> fits_heapsnapshot(const Graph& graph);

// Needs memory for the distinct names alone. Stops if nothing more can be written.
void write_heapsnapshot(const Graph& graph, const Write& write);

}  // namespace heapsnap
