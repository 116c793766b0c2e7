// heapsnap top: the objects that retain most.
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/largest_table.h"
#include "apps/heapsnap/load.h"

namespace heapsnap {

void take_top(CLI::App& app, Options& options) {
  take_file(app, options);
  take_where(app, options);
}

Result<Report> top(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Result<NodeSet> nodes = selected(*heap, options.where);
  if (!nodes) return tl::unexpected(nodes.error());
  Report report = report_on(heap->graph(), options, "heapsnap.top/1");
  report.tables.push_back(largest_table(*heap, *nodes, options.limit));
  return report;
}

}  // namespace heapsnap
