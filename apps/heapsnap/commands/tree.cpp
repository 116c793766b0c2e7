// heapsnap tree: the dominator tree, with what one row dominates merged by class.
#include <string>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/find_object.h"
#include "apps/heapsnap/commands/indented.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/classifier.h"
#include "libanalysis/merged_tree.h"

namespace heapsnap {
namespace {

Table tree_table(const Graph& graph, const Classification& classes, const MergedTree& tree,
                 const std::string& by) {
  const auto share = [&tree](std::uint64_t bytes) {
    return Percent{tree.retained == 0 ? 0 : 100.0 * double(bytes) / double(tree.retained)};
  };
  Table table{.name = "rows",
              .columns = {{"retained"}, {"", "%"}, {"count"}, {"shallow"}, {"object"},
                          {.key = "depth", .detail = true}, {.key = "parent", .detail = true},
                          {.key = "kind", .detail = true}, {"", by}}};
  Measure hidden = tree.total;
  for (const TreeRow& row : tree.rows) {
    const std::string kind = joined_names(classes.parts(row.kind));
    hidden.count -= row.measure.count;
    hidden.shallow -= row.measure.shallow;
    table.rows.push_back(
        {Bytes{row.retained}, share(row.retained), Count{row.measure.count},
         Bytes{row.measure.shallow},
         row.only == kNoNode ? Cell() : Cell(Object{graph.address(row.only)}),
         Number{static_cast<std::int64_t>(row.depth)},
         row.parent == kNoRow ? Cell() : Cell(Number{static_cast<std::int64_t>(row.parent)}), kind,
         indented(row.depth, kind)});
  }
  const auto sums = [&](const Measure& measure, std::uint64_t retained) {
    Cells cells = {Bytes{retained}, share(retained), Count{measure.count}, Bytes{measure.shallow}};
    cells.resize(table.columns.size());
    return cells;
  };
  table.hidden = tree.hidden;
  if (tree.hidden > 0 || hidden.count > 0) table.others = sums(hidden, tree.hidden_retained);
  table.total = sums(tree.total, tree.retained);
  return table;
}

}  // namespace

void take_tree(CLI::App& app, Options& options) {
  options.by = "clodo";
  take_file(app, options);
  take_top_object(app, options);
  take_by(app, options);
  take_depth(app, options);
}

Result<Report> tree(const Options& options) {
  const Result<Classifier> classifier = find_classifier(options.by);
  if (!classifier) return tl::unexpected(classifier.error());
  Result<Address> address = 0;
  if (!options.object.empty()) address = parse_address(options.object);
  if (!address) return tl::unexpected(address.error());
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Graph& graph = heap->graph();
  const bool whole = options.object.empty();
  const Result<NodeId> from = whole ? graph.root() : find_object(graph, *address, options.file);
  if (!from) return tl::unexpected(from.error());
  const Result<Classification> classes = classifier->classify(*heap, graph.objects_and_structures());
  if (!classes) return tl::unexpected(classes.error());
  const MergedTree found =
      merged_tree(*heap, *classes, {.from = *from, .depth = options.depth, .limit = options.limit});
  Report report = report_on(graph, options, "heapsnap.tree/1");
  report.tables.push_back(tree_table(graph, *classes, found, classifier->name()));
  return report;
}

}  // namespace heapsnap
