// From the FILE of a command line to a graph, and what every answer says of its snapshot.
#pragma once

#include <string>
#include <vector>

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"
#include "libanalysis/census.h"
#include "libanalysis/graph.h"
#include "libanalysis/graph_builder.h"
#include "libanalysis/heap.h"
#include "libanalysis/node_set.h"
#include "libanalysis/selector.h"
#include "libsnapshot/result.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {

// Reads options.file, "-" being standard input. Errors name the file and are kUnreadable.
Result<SnapshotReader> open_snapshot(const Options& options);
Result<Heap> load_heap(SnapshotReader& snapshot, const Options& options);
Result<Heap> load_heap(const Options& options);
// For answers that nothing may be missing in: an incomplete snapshot is kUnreadable, unless
// --partial says to use what is there.
Result<Heap> load_whole_heap(const Options& options);
Result<void> require_whole(const Heap& heap, const Options& options);
// The options for one of options.files.
Options for_file(const Options& options, const std::string& file);

// A selector of the command line; where none was given, all. Fails with kUsage.
Result<Selector> selector_of(const std::string& text);
// What it yields. Fails with kUsage.
Result<NodeSet> selected(const Heap& heap, const std::string& selector);

// A report without tables: where it comes from, and warnings if the snapshot is damaged.
Report report_on(const Graph& graph, const Options& options, std::string schema);
Report report_on(const Census& census, const Options& options, std::string schema);

// How options say that a graph is to be built.
BuildOptions build_options(const Options& options);

// Types of the target's; interpreters, threads and frames have none.
std::uint64_t python_type_count(const Graph& graph);

// A time in UTC, 2026-03-01T12:00:00Z; empty for 0.
std::string utc(std::uint64_t nanoseconds_since_epoch);

}  // namespace heapsnap
