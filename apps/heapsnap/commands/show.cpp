// heapsnap show: one object, what keeps it alive, what it refers to and what refers to it.
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/find_object.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/allocated_at.h"
#include "libanalysis/describe.h"
#include "libanalysis/labels.h"
#include "libanalysis/path_text.h"

namespace heapsnap {
namespace {

const std::vector<TableColumn> kEdgeColumns = {{"label"}, {"object"}, {"type"}, {"value"}, {"weak"}};

// The value of what has one: text, numbers, constants.
Cell value_cell(const Graph& graph, NodeId id) {
  switch (graph.type(graph.type_of(id)).layout) {
    case TypeLayout::kStr:
    case TypeLayout::kBytes:
    case TypeLayout::kInt:
    case TypeLayout::kFloat:
    case TypeLayout::kBool:
    case TypeLayout::kNone: return describe(graph, id);
    default: return std::monostate{};
  }
}

Cells edge_row(const Graph& graph, const Label& label, NodeId end, bool weak) {
  return {label_text(graph, label), Object{graph.address(end)},
          graph.type_name(graph.type_of(end)), value_cell(graph, end), weak};
}

// Folds the rows that were never made.
void hide(Table& table, std::size_t all) {
  if (table.rows.size() == all) return;
  table.hidden = all - table.rows.size();
  table.others = Cells(table.columns.size());
}

Table referents_table(const Graph& graph, NodeId id, std::size_t limit) {
  Table table{.name = "referents", .title = "refers to", .shape = Shape::kList,
              .columns = kEdgeColumns};
  const auto full = [&] { return limit != 0 && table.rows.size() == limit; };
  const auto strong = graph.referents(id);
  for (std::size_t i = 0; i < strong.size() && !full(); ++i) {
    table.rows.push_back(edge_row(graph, label_of(graph, id, i), strong[i], false));
  }
  const auto weak = graph.weak_referents(id);
  for (std::size_t i = 0; i < weak.size() && !full(); ++i) {
    table.rows.push_back(edge_row(graph, label_of(graph, weak[i]), weak[i].target, true));
  }
  hide(table, strong.size() + weak.size());
  return table;
}

// A row for each edge from `source`. The virtual root is no object.
void add_edges_from(const Graph& graph, NodeId source, NodeId id, std::size_t limit,
                    std::vector<Cells>& rows) {
  const auto referents = graph.referents(source);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    if (limit != 0 && rows.size() == limit) return;
    if (referents[i] != id) continue;
    if (source == graph.root()) {
      rows.push_back({root_text(graph, i), {}, std::string("<root>"), {}, false});
    } else {
      rows.push_back(edge_row(graph, label_of(graph, source, i), source, false));
    }
  }
}

Table referrers_table(const Graph& graph, NodeId id, std::size_t limit) {
  Table table{.name = "referrers", .title = "referred to by", .shape = Shape::kList,
              .columns = kEdgeColumns};
  const auto strong = graph.referrers(id);
  for (std::size_t i = 0; i < strong.size(); ++i) {
    if (limit != 0 && table.rows.size() == limit) break;
    if (i > 0 && strong[i] == strong[i - 1]) continue;  // its other edges are in the table
    add_edges_from(graph, strong[i], id, limit, table.rows);
  }
  const std::vector<WeakEdge> weak = graph.weak_referrers(id);
  for (const WeakEdge& edge : weak) {
    if (limit != 0 && table.rows.size() == limit) break;
    table.rows.push_back(edge_row(graph, label_of(graph, edge), edge.source, true));
  }
  hide(table, strong.size() + weak.size());
  return table;
}

std::vector<std::string> flags_of(const Graph& graph, NodeId id) {
  std::vector<std::string> flags;
  const std::uint8_t bits = graph.flags(id);
  if (graph.refcount(id) == 0 && graph.is_object(id)) flags.push_back("immortal");
  if (bits & kTracked) flags.push_back("tracked");
  if (bits & kFrozen) flags.push_back("frozen");
  if (bits & kUnread) flags.push_back("unread");
  const Sizing sizing = graph.type(graph.type_of(id)).sizing;
  if (sizing == Sizing::kOverridden) flags.push_back("size-overridden");
  if (sizing == Sizing::kEstimated) flags.push_back("size-estimated");
  return flags;
}

// The nearest object whose going would free it; nothing if there is no single one.
Cell dominator_cell(const Heap& heap, NodeId id) {
  const NodeId dominator = immediate_dominator(heap.dominators(), id);
  if (dominator == kNoNode || dominator == heap.graph().root()) return {};
  return Object{heap.graph().address(dominator)};
}

Cell site_cell(const Graph& graph, NodeId id) {
  const SiteId site = graph.site_of(id);
  return site == kNoSite ? Cell() : Cell(site_text(graph, site));
}

Table object_table(const Heap& heap, NodeId id) {
  const Graph& graph = heap.graph();
  const std::uint64_t refcount = graph.refcount(id);
  const std::uint64_t external = graph.external(id);
  Table table{.name = "object", .shape = Shape::kRecord,
              .columns = {{"object"}, {"type"}, {"value"}, {"shallow"}, {"retained"}, {"external"},
                          {"refcount"}, {"flags"}, {"out", "referents"}, {"in", "referrers"},
                          {"dominator"}, {"path"}, {"alloc", "allocated at"}}};
  table.rows.push_back({Object{graph.address(id)}, graph.type_name(graph.type_of(id)),
                        value_cell(graph, id), Bytes{graph.size(id)},
                        Bytes{heap.dominators().retained[id]},
                        external == 0 ? Cell() : Cell(Bytes{external}),
                        refcount == 0 ? Cell() : Cell(Count{refcount}), flags_of(graph, id),
                        Count{graph.referents(id).size()}, Count{graph.referrers(id).size()},
                        dominator_cell(heap, id), shortest_path_text(graph, PathTexts(graph), id),
                        site_cell(graph, id)});
  return table;
}

}  // namespace

void take_show(CLI::App& app, Options& options) {
  take_file(app, options);
  take_object(app, options);
}

Result<Report> show(const Options& options) {
  const Result<Address> address = parse_address(options.object);
  if (!address) return tl::unexpected(address.error());
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Graph& graph = heap->graph();
  const Result<NodeId> found = find_object(graph, *address, options.file);
  if (!found) return tl::unexpected(found.error());
  const NodeId id = *found;
  Report report = report_on(graph, options, "heapsnap.show/1");
  report.tables.push_back(object_table(*heap, id));
  report.tables.push_back(referents_table(graph, id, options.limit));
  report.tables.push_back(referrers_table(graph, id, options.limit));
  return report;
}

}  // namespace heapsnap
