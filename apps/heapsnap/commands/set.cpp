// heapsnap set: how large a set is, and what would be freed with it.
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/partition.h"
#include "libanalysis/reachability.h"

namespace heapsnap {

void take_set(CLI::App& app, Options& options) {
  take_file(app, options);
  take_selector(app, options);
}

Result<Report> set(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Result<NodeSet> nodes = selected(*heap, options.selector);
  if (!nodes) return tl::unexpected(nodes.error());
  const Graph& graph = heap->graph();
  const Measure own = measure(graph, *nodes);
  const Measure freed = measure(graph, retained_set(graph, *nodes) & graph.objects());
  Report report = report_on(graph, options, "heapsnap.set/1");
  report.tables.push_back({.name = "total", .shape = Shape::kRecord,
                           .columns = {{"count", "objects"}, {"shallow"}, {"retained"}},
                           .rows = {{Count{own.count}, Bytes{own.shallow}, Bytes{freed.shallow}}}});
  return report;
}

}  // namespace heapsnap
