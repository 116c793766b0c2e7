// heapsnap threads: what every thread was doing, and what the variables of its frames keep alive.
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/local_table.h"
#include "apps/heapsnap/load.h"

namespace heapsnap {

void take_threads(CLI::App& app, Options& options) { take_file(app, options); }

Result<Report> threads(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  Report report = report_on(heap->graph(), options, "heapsnap.threads/1");
  report.tables.push_back(local_table(*heap));
  Table& table = report.tables.back();
  cut(table, options.limit);
  if (table.others) table.others = Cells(table.columns.size());  // retained sizes have no sum
  return report;
}

}  // namespace heapsnap
