// heapsnap threads: what every thread was doing, one row for each frame.
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/frame_table.h"
#include "apps/heapsnap/load.h"

namespace heapsnap {

void take_threads(CLI::App& app, Options& options) { take_file(app, options); }

Result<Report> threads(const Options& options) {
  const Result<Graph> graph = load_graph(options);
  if (!graph) return tl::unexpected(graph.error());
  Report report = report_on(*graph, options, "heapsnap.threads/1");
  report.tables.push_back(frame_table(*graph));
  cut(report.tables.back(), options.limit);
  return report;
}

}  // namespace heapsnap
