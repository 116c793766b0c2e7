// heapsnap modules: what each module keeps alive, and each package.
#include <utility>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/module_classes.h"
#include "libanalysis/partition.h"
#include "libanalysis/retained_rows.h"

namespace heapsnap {
namespace {

Cell text_or_nothing(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Table modules_table(const Heap& heap, ModuleGroup group, const Options& options) {
  const Graph& graph = heap.graph();
  ModuleClasses found = classify_modules(graph, group);
  Partition classes = partition(graph, std::move(found.classes));
  add_retained(heap, classes);
  RankedRows top = ranked(classes, SortBy::kRetained, options.limit);
  add_retained(heap, classes, top);
  const std::uint64_t everything = heap.dominators().retained[graph.root()];
  const auto figures = [everything](std::uint64_t retained, const Measure& own) {
    const double share = everything == 0 ? 0 : 100.0 * double(retained) / double(everything);
    return Cells{Bytes{retained}, Percent{share}, Bytes{own.shallow}};
  };
  const bool is_package = group == ModuleGroup::kPackage;
  Table table{.name = is_package ? "packages" : "modules",
              .title = is_package ? "packages" : "modules",
              .shape = Shape::kSection,
              .columns = {{"retained"}, {"", "%"}, {"shallow"}, {"object"},
                          {"kind", is_package ? "package" : "module"}, {"file"},
                          {.key = "select", .detail = true}}};
  for (const Row& row : top.rows) {
    const ModuleInfo& module = found.modules[row.kind];
    Cells cells = figures(row.retained, row.measure);
    cells.insert(cells.end(),
                 {Object{graph.address(module.node)}, classes.classification.name(row.kind),
                  text_or_nothing(module.file), classes.classification.select(row.kind)});
    table.rows.push_back(std::move(cells));
  }
  const auto sums = [&](std::uint64_t retained, const Measure& own) {
    Cells cells = figures(retained, own);
    cells.resize(table.columns.size());
    return cells;
  };
  table.hidden = top.other_rows;
  if (top.other_rows > 0) table.others = sums(top.others_retained, top.others);
  table.total = sums(top.total_retained, classes.total);
  return table;
}

}  // namespace

void take_modules(CLI::App& app, Options& options) { take_file(app, options); }

Result<Report> modules(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  Report report = report_on(heap->graph(), options, "heapsnap.modules/1");
  report.tables.push_back(modules_table(*heap, ModuleGroup::kPackage, options));
  report.tables.push_back(modules_table(*heap, ModuleGroup::kModule, options));
  return report;
}

}  // namespace heapsnap
