// heapsnap roots: why what is alive is alive, one row for each root.
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/root_list.h"

namespace heapsnap {
namespace {

Table roots_table(const Graph& graph) {
  Table table{.name = "roots",
              .columns = {{"count"}, {"shallow"}, {"kind"}, {"object"}, {"label"}}};
  Cells total = {Count{0}, Bytes{0}, {}, {}, {}};
  for (const RootRow& row : list_roots(graph)) {
    std::get<Count>(total[0]).value += row.count;
    std::get<Bytes>(total[1]).value += row.shallow;
    table.rows.push_back({Count{row.count}, Bytes{row.shallow},
                          std::string(root_kind_name(row.kind)),
                          row.target == kNoNode ? Cell() : Cell(Object{graph.address(row.target)}),
                          row.label});
  }
  table.total = std::move(total);
  return table;
}

}  // namespace

void take_roots(CLI::App& app, Options& options) { take_file(app, options); }

Result<Report> roots(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Graph& graph = heap->graph();
  Report report = report_on(graph, options, "heapsnap.roots/1");
  report.tables.push_back(roots_table(graph));
  cut(report.tables.back(), options.limit);
  return report;
}

}  // namespace heapsnap
