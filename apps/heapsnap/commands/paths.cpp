// heapsnap paths: what holds the objects of a set, as the shortest paths to them.
#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/describe.h"
#include "libanalysis/dict_owners.h"
#include "libanalysis/edge_labels.h"
#include "libanalysis/path_text.h"
#include "libanalysis/paths.h"
#include "libanalysis/selector.h"
#include "libanalysis/selector_scanner.h"

namespace heapsnap {
namespace {

Edge edge_of(const Graph& graph, const Step& step) {
  return {.label = step_text(graph, step),
          .object = graph.address(step.target),
          .type = graph.type_name(graph.type_of(step.target))};
}

// A path of no step is the object at both its ends.
std::vector<std::string> texts_of(const Graph& graph, const std::vector<Path>& paths,
                                  std::span<const NodeId> starts, bool are_last) {
  const std::size_t skipped = are_last && paths.size() < starts.size() ? starts.size() - paths.size()
                                                                       : 0;
  const PathTexts texts(graph);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    result.push_back(paths[i].empty() ? object_name(graph, starts[skipped + i])
                                      : texts.of(paths[i]));
  }
  return result;
}

Table paths_table(const Graph& graph, const std::vector<Path>& paths,
                  const std::vector<std::string>& texts) {
  Table table{.name = "rows",
              .columns = {{"length"}, {"path"}, {.key = "edges", .detail = true}}};
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::vector<Edge> edges;
    for (const Step& step : paths[i]) edges.push_back(edge_of(graph, step));
    table.rows.push_back({Number{static_cast<std::int64_t>(paths[i].size())}, texts[i],
                          std::move(edges)});
  }
  return table;
}

Table edges_table(const Graph& graph, const std::vector<Step>& edges, std::size_t limit) {
  Table table{.name = "rows", .columns = {{"referrer"}, {"label"}, {"object"}, {"type"}}};
  for (const Step& step : edges) {
    const bool is_root = step.source == graph.root();
    table.rows.push_back({is_root ? Cell() : Cell(Object{graph.address(step.source)}),
                          step_text(graph, step), Object{graph.address(step.target)},
                          graph.type_name(graph.type_of(step.target))});
  }
  cut(table, limit);
  return table;
}

Table count_table(const ShortestPaths& paths) {
  Table table{.name = "total", .shape = Shape::kRecord, .columns = {{"paths"}, {"length"}}};
  const auto length = static_cast<std::int64_t>(paths.length());
  table.rows.push_back({paths.count().text(), paths.empty() ? Cell() : Cell(Number{length})});
  return table;
}

// The label of --avoid-edge, as selectors spell it.
Result<Glob> label_pattern(const std::string& text) {
  const Result<Selector> via = parse_selector("via:" + text);
  const auto* label = via ? std::get_if<ReferredVia>(&via->what) : nullptr;
  if (label == nullptr) {
    return failure(ErrorCode::kUsage, no_label(text));
  }
  return label->label;
}

// The labels that no path takes. An entry of a `__dict__` has two: `['name']`, and `.name` as in paths.
struct AvoidedLabels {
  struct Avoided {
    Glob label;
    LabelMatches matches;
    bool occurs = false;  // where the search came by
  };
  EdgeLabels labels;
  NodeSet namespaces;
  std::vector<Avoided> avoided = {};

  bool contain(NodeId source, std::size_t position) {
    const LabelId label = labels.id_of(source, position);
    const std::optional<LabelId> attribute =
        namespaces.contains(source) ? labels.attribute_of(source, position) : std::nullopt;
    for (Avoided& each : avoided) {
      const bool is_avoided = each.matches.contains(labels, label) ||
                              (attribute && each.matches.contains(labels, *attribute));
      if (!is_avoided) continue;
      each.occurs = true;
      return true;
    }
    return false;
  }

  // An error if no edge of the snapshot has one of them: it was mistyped.
  Result<void> check(const Heap& heap) const {
    for (const Avoided& each : avoided) {
      if (each.occurs || !each.label.is_plain()) continue;
      const Result<NodeSet> anywhere = select(heap, Selector{ReferredVia{each.label}});
      if (!anywhere) return tl::unexpected(anywhere.error());
    }
    return {};
  }
};

Result<AvoidedLabels> avoided_labels(const Graph& graph, const Options& options) {
  AvoidedLabels result{EdgeLabels(graph), Namespaces(graph).all()};
  for (const std::string& text : options.avoid_edges) {
    Result<Glob> label = label_pattern(text);
    if (!label) return tl::unexpected(label.error());
    result.avoided.push_back({*label, LabelMatches(*label)});
  }
  return result;
}

Result<PathQuery> query_of(const Heap& heap, const Options& options) {
  Result<NodeSet> to = selected(heap, options.selector);
  if (!to) return tl::unexpected(to.error());
  PathQuery query{.to = std::move(*to)};
  if (!options.from.empty()) {
    Result<NodeSet> from = selected(heap, options.from);
    if (!from) return tl::unexpected(from.error());
    query.from = std::move(*from);
  }
  if (!options.exclude.empty()) {
    Result<NodeSet> exclude = selected(heap, options.exclude);
    if (!exclude) return tl::unexpected(exclude.error());
    query.exclude = std::move(*exclude);
  }
  return query;
}

ShortestPaths search(const Graph& graph, PathQuery query, const Options& options) {
  ShortestPaths paths = shortest_paths(graph, query);
  if (options.avoid_levels.empty()) return paths;
  for (const std::size_t level : options.avoid_levels) {
    for (const Step& step : paths.edges_at(level)) {
      query.avoid_between.emplace_back(step.source, step.target);
    }
  }
  return shortest_paths(graph, query);
}

std::vector<Path> shown(const ShortestPaths& paths, const Options& options) {
  if (options.first_paths < 0) return paths.last(static_cast<std::size_t>(-options.first_paths));
  if (options.first_paths > 0) return paths.first(static_cast<std::size_t>(options.first_paths));
  return paths.first(options.limit == 0 ? SIZE_MAX : options.limit);
}

}  // namespace

void take_paths(CLI::App& app, Options& options) {
  take_file(app, options);
  take_selector(app, options);
  take_path_options(app, options);
}

Result<Report> paths(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  Result<PathQuery> query = query_of(*heap, options);
  if (!query) return tl::unexpected(query.error());
  const Graph& graph = heap->graph();
  Result<AvoidedLabels> avoided = avoided_labels(graph, options);
  if (!avoided) return tl::unexpected(avoided.error());
  if (!avoided->avoided.empty()) {
    query->avoid = [&avoided](NodeId source, std::size_t position) {
      return avoided->contain(source, position);
    };
  }
  const bool nothing_meant = query->to.empty();
  const ShortestPaths found = search(graph, std::move(*query), options);
  if (const auto good = avoided->check(*heap); !good) return tl::unexpected(good.error());
  Report report = report_on(graph, options, "heapsnap.paths/1");
  if (found.empty()) {
    report.notes.push_back({Note::Kind::kSays, nothing_meant ? "the selector yields no object"
                                                             : "no path leads there"});
  }
  if (options.count) {
    report.tables.push_back(count_table(found));
  } else if (options.edges_at) {
    report.tables.push_back(edges_table(graph, found.edges_at(*options.edges_at), options.limit));
  } else {
    const std::vector<Path> paths = shown(found, options);
    report.tables.push_back(paths_table(
        graph, paths, texts_of(graph, paths, found.starts(), options.first_paths < 0)));
  }
  return report;
}

}  // namespace heapsnap
