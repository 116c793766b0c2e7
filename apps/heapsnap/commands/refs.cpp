// heapsnap refs: the references to the objects of a set or from them, with their labels, or what
// is at their other ends as a partition.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/partition_table.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/classifier.h"
#include "libanalysis/labels.h"
#include "libanalysis/partition.h"
#include "libanalysis/root_list.h"
#include "libanalysis/selector.h"

namespace heapsnap {
namespace {

// An edge with the node at the end that is asked for.
struct EdgeTo {
  NodeId end = kNoNode;
  NodeId source = kNoNode;
  std::size_t position = 0;
};

// The edges of some nodes, by node.
using EdgesOf = std::vector<std::vector<EdgeTo>>;

// From the side of the referrers, which know the positions: each is passed over once.
EdgesOf edges_to(const Graph& graph, const std::vector<NodeId>& ids, std::size_t limit) {
  std::vector<std::size_t> place(graph.node_count(), ids.size());
  NodeSet sources(graph.node_count());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    place[ids[i]] = i;
    for (const NodeId referrer : graph.referrers(ids[i])) sources.insert(referrer);
  }
  EdgesOf edges(ids.size());
  for (const NodeId source : sources) {
    const auto referents = graph.referents(source);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      const std::size_t at = place[referents[i]];
      if (at == ids.size() || (limit != 0 && edges[at].size() == limit)) continue;
      edges[at].push_back({source, source, i});
    }
  }
  return edges;
}

EdgesOf edges_from(const Graph& graph, const std::vector<NodeId>& ids, std::size_t limit) {
  EdgesOf edges;
  for (const NodeId id : ids) {
    const auto referents = graph.referents(id);
    const std::size_t shown = limit == 0 ? referents.size() : std::min(limit, referents.size());
    edges.emplace_back();
    for (std::size_t i = 0; i < shown; ++i) edges.back().push_back({referents[i], id, i});
  }
  return edges;
}

Edge edge_of(const Graph& graph, const EdgeTo& edge) {
  if (edge.source == graph.root()) {
    const RootEdge& root = graph.roots()[edge.position];
    const std::string_view label = graph.root_label(root), kind = root_kind_name(root.kind);
    return {.label = label.empty() ? std::string(kind) : fmt::format("{} {}", kind, label),
            .type = "<root>"};
  }
  return {.label = label_text(graph, label_of(graph, edge.source, edge.position)),
          .object = graph.address(edge.end),
          .type = graph.type_name(graph.type_of(edge.end))};
}

std::size_t edge_count(const Graph& graph, NodeId id, bool in) {
  return in ? graph.referrers(id).size() : graph.referents(id).size();
}

// One row an object, the first ones in address order of their containers and leaves.
Result<Table> edges_table(const Heap& heap, const Options& options) {
  const Result<NodeSet> nodes = selected(heap, options.selector);
  if (!nodes) return tl::unexpected(nodes.error());
  const Graph& graph = heap.graph();
  Table table{.name = "rows",
              .columns = {{"count", "references"}, {"object"}, {"type"},
                          {"edges", options.in ? "referred to by" : "refers to"}}};
  std::vector<NodeId> shown;
  std::uint64_t all = 0, hidden = 0;
  for (const NodeId id : *nodes) {
    const std::size_t count = edge_count(graph, id, options.in);
    all += count;
    if (options.limit == 0 || shown.size() < options.limit) {
      shown.push_back(id);
    } else {
      hidden += count;
      ++table.hidden;
    }
  }
  const EdgesOf edges = options.in ? edges_to(graph, shown, options.limit)
                                   : edges_from(graph, shown, options.limit);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    std::vector<Edge> cell;
    for (const EdgeTo& edge : edges[i]) cell.push_back(edge_of(graph, edge));
    table.rows.push_back({Count{edge_count(graph, shown[i], options.in)},
                          Object{graph.address(shown[i])},
                          graph.type_name(graph.type_of(shown[i])), std::move(cell)});
  }
  if (table.hidden > 0) table.others = Cells{Count{hidden}, {}, {}, {}};
  table.total = Cells{Count{all}, {}, {}, {}};
  return table;
}

Result<Table> ends_table(const Heap& heap, const Options& options) {
  const Result<Classifier> classifier = find_classifier(options.by);
  if (!classifier) return tl::unexpected(classifier.error());
  Result<Selector> set = selector_of(options.selector);
  if (!set) return tl::unexpected(set.error());
  const Function ends = options.in ? Function::kReferrers : Function::kReferents;
  auto classes = classifier->classify(heap, Selector{Apply{ends, {std::move(*set)}}});
  if (!classes) return tl::unexpected(classes.error());
  return partition_table(heap, partition(heap.graph(), std::move(*classes)), classifier->name(),
                         options);
}

}  // namespace

void take_refs(CLI::App& app, Options& options) {
  options.by.clear();
  take_file(app, options);
  take_selector(app, options);
  take_directions(app, options);
  take_by(app, options);
}

Result<Report> refs(const Options& options) {
  if (!options.in && !options.out) {
    return failure(ErrorCode::kUsage, "expected --in for referrers or --out for referents");
  }
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  Report report = report_on(heap->graph(), options, "heapsnap.refs/1");
  Result<Table> table =
      options.by.empty() ? edges_table(*heap, options) : ends_table(*heap, options);
  if (!table) return tl::unexpected(table.error());
  report.tables.push_back(std::move(*table));
  return report;
}

}  // namespace heapsnap
