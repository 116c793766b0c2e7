// heapsnap diff: what grew between snapshots, which objects are new and which are gone.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/difference_table.h"
#include "apps/heapsnap/commands/growth_table.h"
#include "apps/heapsnap/comparison.h"
#include "apps/heapsnap/exit_code.h"
#include "apps/heapsnap/gate.h"
#include "apps/heapsnap/load.h"
#include "apps/heapsnap/where.h"
#include "libanalysis/classifier.h"
#include "libanalysis/describe.h"
#include "libanalysis/difference.h"

namespace heapsnap {
namespace {

constexpr const char* kSchema = "heapsnap.diff/1";

SortBy sort_of(const std::string& name) {
  if (name == "count") return SortBy::kCount;
  if (name == "retained") return SortBy::kRetained;
  return name == "name" ? SortBy::kName : SortBy::kShallow;
}

// Of the older snapshot those that are gone, else of the newer one.
NodeSet listed(const Identity& same, const std::string& what, NodeSet nodes) {
  if (what == "uncertain") return nodes &= same.uncertain;
  const Array<NodeId>& partners = what == "gone" ? same.newer : same.older;
  for (NodeId id = 0; id < partners.size(); ++id) {
    if (partners[id] != kNoNode) nodes.erase(id);
  }
  return nodes;
}

// A line for each address, as file: selectors read them.
std::string addresses(const Graph& graph, const NodeSet& nodes) {
  std::string text;
  for (const NodeId id : nodes) text += object_name(graph, id) + "\n";
  return text;
}

// Of what is not recognised one by one the table compares the numbers; a list has all of it.
Note about_list(const std::string& what, std::uint64_t count) {
  return {Note::Kind::kSays,
          fmt::format("{} objects are listed: all that are not matched one by one. The table "
                      "matches these by number too, and may count fewer as {}",
                      count, what)};
}

// What --fail-on asks.
Result<Gate> gate_of(const Compared& compared, const Budget& conditions,
                     std::vector<Note>& notes) {
  GateCheck check({.budget = conditions, .rule = "condition"});
  for (const Heap* heap : {&compared.older, &compared.newer}) {
    if (const Result<void> added = check.add(*heap); !added) return tl::unexpected(added.error());
  }
  return check.finish(compared.newer, notes);
}

// A list has no room for findings: they are told beside it.
Result<void> add_findings(const Compared& compared, const Budget& conditions, Report& report) {
  if (conditions.lines.empty()) return {};
  const Result<Gate> gate = gate_of(compared, conditions, report.notes);
  if (!gate) return tl::unexpected(gate.error());
  if (failures(*gate) > 0) report.exit_code = kExitCondition;
  for (const Finding& finding : gate->findings) {
    report.notes.push_back({Note::Kind::kSays,
                            fmt::format("{}: {}", name_of(finding), explained(finding))});
  }
  return {};
}

Result<Report> list(const Compared& compared, const Classifier& classifier,
                    const Budget& conditions, const Options& options) {
  const bool of_old = options.list == "gone";
  const Heap& heap = of_old ? compared.older : compared.newer;
  Result<Where> where = Where::of(options);
  if (!where) return tl::unexpected(where.error());
  if (auto other = where->objects(of_old ? compared.newer : compared.older); !other) {
    return tl::unexpected(other.error());
  }
  const Result<NodeSet> nodes = where->objects(heap);
  if (!nodes) return tl::unexpected(nodes.error());
  if (compared.origins.size() == 2) {
    if (auto good = where->check(options); !good) return tl::unexpected(good.error());
  }
  const std::string& file = of_old ? options.files.front() : options.files.back();
  const NodeSet found = listed(compared.same, options.list, *nodes);
  std::string text = fmt::format("# {} objects, to be looked up in {}\n", options.list, file) +
                     addresses(heap.graph(), found);
  Report report = report_on(compared, kSchema);
  if (compared.same.basis != IdentityBasis::kAddress && options.list != "uncertain") {
    report.notes.push_back(about_list(options.list, found.count()));
  }
  report.document = [text = std::move(text)](const Write& write) { write(text); };
  if (options.exit_code) {
    const Result<Difference> grown = difference_of(compared, classifier, options);
    if (!grown) return tl::unexpected(grown.error());
    if (!ranked(*grown, SortBy::kName, 1).rows.empty()) report.exit_code = kExitCondition;
  }
  if (const Result<void> added = add_findings(compared, conditions, report); !added) {
    return tl::unexpected(added.error());
  }
  return report;
}

// Where the objects that --where yields grew.
Result<HeapGrowth> growth_of(const Compared& compared, const Options& options) {
  if (options.where.empty()) return HeapGrowth(compared.older, compared.newer);
  Result<Where> where = Where::of(options);
  if (!where) return tl::unexpected(where.error());
  const Result<NodeSet> was = where->objects(compared.older);
  if (!was) return tl::unexpected(was.error());
  const Result<NodeSet> is = where->objects(compared.newer);
  if (!is) return tl::unexpected(is.error());
  return HeapGrowth(compared.older, compared.newer, *was, *is);
}

Result<Report> table(const Compared& compared, const Classifier& classifier,
                     const Budget& conditions, const Options& options) {
  Result<Difference> grown = difference_of(compared, classifier, options);
  if (!grown) return tl::unexpected(grown.error());
  const SortBy sort = sort_of(options.sort);
  if (sort == SortBy::kRetained) add_retained(compared.older, compared.newer, *grown);
  RankedDifference rows = ranked(*grown, sort, options.limit);
  add_retained(compared.older, compared.newer, *grown, rows);
  Report report = report_on(compared, kSchema);
  report.tables.push_back(comparison_table(compared));
  report.tables.push_back(difference_table(compared, *grown, rows, classifier.name()));
  const Result<HeapGrowth> grew = growth_of(compared, options);
  if (!grew) return tl::unexpected(grew.error());
  grew->add_via(report.tables.back(), *grown, rows.rows, compared.same);
  report.tables.push_back(grew->table(options.limit));
  const bool differs = !rows.rows.empty();
  if (options.exit_code && differs) report.exit_code = kExitCondition;
  if (conditions.lines.empty()) return report;
  Result<Gate> gate = gate_of(compared, conditions, report.notes);
  if (!gate) return tl::unexpected(gate.error());
  if (failures(*gate) > 0) report.exit_code = kExitCondition;
  report.gate = *std::move(gate);
  return report;
}

}  // namespace

void take_diff(CLI::App& app, Options& options) {
  take_files(app, options, 2);
  take_by(app, options);
  take_where(app, options);
  take_growth_options(app, options);
  take_fail_on(app, options);
}

Result<Report> diff(const Options& options) {
  const Result<Classifier> classifier = find_classifier(options.by);
  if (!classifier) return tl::unexpected(classifier.error());
  const Result<Budget> conditions = budget_of(options.fail_on);
  if (!conditions) return tl::unexpected(conditions.error());
  if (!options.list.empty() && options.format != "table") {
    return failure(ErrorCode::kUsage, "--list writes addresses, a line each, as file: reads them: "
                                      "it has no " + options.format);
  }
  const Result<Compared> compared = compare(*classifier, options);
  if (!compared) return tl::unexpected(compared.error());
  if (!options.list.empty()) return list(*compared, *classifier, *conditions, options);
  return table(*compared, *classifier, *conditions, options);
}

}  // namespace heapsnap
