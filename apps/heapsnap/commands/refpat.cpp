// heapsnap refpat: the tree of the sets that refer to a set, as Heapy's reference pattern.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/indented.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/classifier.h"
#include "libanalysis/reference_pattern.h"
#include "libanalysis/selector.h"

namespace heapsnap {
namespace {

// The rows of a pattern as people see them named: 0 is the set, 2.1 the first row below the second.
// Below some levels that would be no name any more: a row there goes by its place, #57.
std::vector<std::string> row_names(const std::vector<PatternRow>& rows) {
  constexpr std::size_t kLevels = 12;
  std::vector<std::string> names;
  for (const PatternRow& row : rows) {
    if (row.parent == kNoRow) {
      names.push_back("0");
    } else if (row.depth > kLevels) {
      names.push_back(fmt::format("#{}", names.size()));
    } else {
      const bool top = rows[row.parent].parent == kNoRow;
      names.push_back(top ? fmt::format("{}", row.place)
                          : fmt::format("{}.{}", names[row.parent], row.place));
    }
  }
  return names;
}

std::string mark(const PatternRow& row, const std::vector<std::string>& names) {
  switch (row.end) {
    case RowEnd::kOpened: return "[-]";
    case RowEnd::kCut: return "[+]";
    case RowEnd::kStop: return "[S]";
    case RowEnd::kRoot: return "[R]";
    case RowEnd::kSame: return fmt::format("[^ {}]", names[row.same_as]);
  }
  return {};
}

// The selector of each row. One of several objects is made of its parent's, which immediate
// referrers name twice: it grows with every level. Where it would be long, a few objects are named
// one by one; of more there is none that could be typed.
class RowSelectors {
 public:
  RowSelectors(const Graph& graph, const Classification& classes, Selector set, bool immediate)
      : graph_(graph), classes_(classes), set_(std::move(set)), immediate_(immediate) {}

  // To be called for each row, in their order.
  Cell next(const PatternRow& row) {
    made_.push_back(selector(row));
    return made_.back().selector ? Cell(to_text(*made_.back().selector)) : Cell();
  }

 private:
  struct Made {
    std::optional<Selector> selector = std::nullopt;
    std::size_t parts = 1;
  };
  static constexpr std::size_t kMostParts = 64;
  static constexpr std::size_t kFew = 8;

  Made selector(const PatternRow& row) const {
    if (row.parent == kNoRow) return {set_};
    if (row.nodes.size() == 1 && graph_.is_object(row.nodes[0])) {
      return {Selector{AtAddress{graph_.address(row.nodes[0])}}};
    }
    const Made& parent = made_[row.parent];
    const std::size_t parts = (immediate_ ? 2 : 1) * parent.parts + 1;
    const bool is_made = parent.selector && parts <= kMostParts;
    const std::size_t count = row.measure.count;
    if (count > 0 && count <= kFew && (!is_made || count < parts)) return one_by_one(row);
    if (!is_made) return {};
    return {below(*parent.selector, classes_.selector(row.kind)), parts};
  }

  Made one_by_one(const PatternRow& row) const {
    Sum sum;
    for (const NodeId id : row.nodes) {
      if (!graph_.is_object(id)) continue;
      sum.of.push_back({AtAddress{graph_.address(id)}});
      sum.minus.push_back(false);
    }
    const std::size_t parts = sum.of.size();
    if (parts == 1) return {std::move(sum.of.front())};
    return {Selector{std::move(sum)}, parts};
  }

  Selector below(const Selector& parent, Selector kind) const {
    const Selector holders{Apply{Function::kReferrers, {parent}}};
    if (!immediate_) return {Intersection{{holders, std::move(kind)}}};
    const Selector reached{
        ReachableFrom{{Selector{NamedSet::kRoots}}, Bound::kUntil, {holders}}};
    return {Intersection{{holders, reached, std::move(kind)}}};
  }

  const Graph& graph_;
  const Classification& classes_;
  const Selector set_;
  const bool immediate_;
  std::vector<Made> made_;
};

Table pattern_table(const Graph& graph, const Classification& classes,
                    const ReferencePattern& pattern, const Selector& set, const std::string& by,
                    const Options& options) {
  Table table{.name = "rows",
              .columns = {{"", "row"}, {"mark"}, {"count"}, {"shallow"}, {"object"},
                          {.key = "depth", .detail = true}, {.key = "parent", .detail = true},
                          {.key = "same", .detail = true}, {.key = "kind", .detail = true},
                          {"", by}, {.key = "select", .detail = true}}};
  const std::vector<std::string> names = row_names(pattern.rows);
  const auto place = [](std::size_t row) {
    return row == kNoRow ? Cell() : Cell(Number{static_cast<std::int64_t>(row)});
  };
  RowSelectors selectors(graph, classes, set, options.immediate);
  for (std::size_t i = 0; i < pattern.rows.size(); ++i) {
    const PatternRow& row = pattern.rows[i];
    const bool top = row.parent == kNoRow;
    const std::string kind = top ? to_text(set) : joined_names(classes.parts(row.kind));
    table.rows.push_back(
        {names[i], mark(row, names), Count{row.measure.count}, Bytes{row.measure.shallow},
         row.nodes.size() == 1 ? Cell(Object{graph.address(row.nodes[0])}) : Cell(),
         Number{static_cast<std::int64_t>(row.depth)}, place(row.parent), place(row.same_as), kind,
         indented(row.depth, kind), selectors.next(row)});
  }
  table.hidden = pattern.hidden;
  if (table.hidden > 0) table.others = Cells(table.columns.size());
  return table;
}

}  // namespace

void take_refpat(CLI::App& app, Options& options) {
  options.by = "clodo";
  options.depth = 7;
  take_file(app, options);
  take_selector(app, options);
  take_by(app, options);
  take_depth(app, options);
  take_pattern_options(app, options);
}

Result<Report> refpat(const Options& options) {
  const Result<Classifier> classifier = find_classifier(options.by);
  if (!classifier) return tl::unexpected(classifier.error());
  const Result<Selector> set = parse_selector(options.selector);
  if (!set) return tl::unexpected(set.error());
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Graph& graph = heap->graph();
  Result<NodeSet> nodes = selected(*heap, options.selector);
  if (!nodes) return tl::unexpected(nodes.error());
  Result<NodeSet> stop =
      options.stop.empty() ? self_explaining(graph) : selected(*heap, options.stop);
  if (!stop) return tl::unexpected(stop.error());
  const Result<Classification> classes =
      classifier->classify(*heap, graph.objects_and_structures());
  if (!classes) return tl::unexpected(classes.error());
  const ReferencePattern pattern =
      reference_pattern(graph, *classes, {.of = std::move(*nodes), .stop = std::move(*stop),
                                          .depth = options.depth, .limit = options.limit,
                                          .immediate = options.immediate,
                                          .no_cycles = options.no_cycles});
  Report report = report_on(graph, options, "heapsnap.refpat/1");
  report.tables.push_back(
      pattern_table(graph, *classes, pattern, *set, classifier->name(), options));
  return report;
}

}  // namespace heapsnap
