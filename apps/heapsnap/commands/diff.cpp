// heapsnap diff: what grew between two snapshots, which objects are new and which are gone.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/difference_table.h"
#include "apps/heapsnap/commands/growth_table.h"
#include "apps/heapsnap/exit_code.h"
#include "apps/heapsnap/gate.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/classifier.h"
#include "libanalysis/describe.h"
#include "libanalysis/difference.h"
#include "libanalysis/identity.h"

namespace heapsnap {
namespace {

constexpr const char* kSchema = "heapsnap.diff/1";

SortBy sort_of(const std::string& name) {
  if (name == "count") return SortBy::kCount;
  if (name == "retained") return SortBy::kRetained;
  return name == "name" ? SortBy::kName : SortBy::kShallow;
}

Result<Classification> classified(const Heap& heap, const Classifier& classifier,
                                  const Options& options) {
  const Result<NodeSet> nodes = selected(heap, options.where);
  if (!nodes) return tl::unexpected(nodes.error());
  return classifier.classify(heap, *nodes);
}

// The two snapshots of a diff, and which of their objects are the same.
struct Compared {
  Heap older;
  Heap newer;
  Identity same;
};

Result<Compared> compare(const Options& options) {
  Result<Heap> older = load_whole_heap(for_file(options, options.files.front()));
  if (!older) return tl::unexpected(older.error());
  Result<Heap> newer = load_whole_heap(for_file(options, options.files.back()));
  if (!newer) return tl::unexpected(newer.error());
  Identity same = identify(older->graph(), newer->graph(), options.threads);
  return Compared{std::move(*older), std::move(*newer), std::move(same)};
}

Cell labels_of(const Graph& graph) {
  constexpr std::string_view kLabel = "label.";
  std::vector<std::string> labels;
  for (const auto& [key, fact] : graph.provenance().facts) {
    if (!key.starts_with(kLabel)) continue;
    labels.push_back(fmt::format("{}={}", key.substr(kLabel.size()),
                                 graph.provenance().text(key)));
  }
  return labels.empty() ? Cell() : Cell(std::move(labels));
}

constexpr std::string_view name_of(IdentityBasis basis) {
  switch (basis) {
    case IdentityBasis::kAddress: return "address";
    case IdentityBasis::kStructure: return "structure";
    case IdentityBasis::kNames: break;
  }
  return "name";
}

// What the objects of the snapshots were recognised by, and the labels of the captures.
Table comparison_table(const Compared& compared) {
  return {.name = "comparison",
          .shape = Shape::kRecord,
          .columns = {{"matched_by", "matched by"}, {"old_labels", "from"}, {"new_labels", "to"}},
          .rows = {{std::string(name_of(compared.same.basis)), labels_of(compared.older.graph()),
                    labels_of(compared.newer.graph())}}};
}

Note about_basis(const Compared& compared) {
  const Provenance &was = compared.older.graph().provenance(),
                   &is = compared.newer.graph().provenance();
  if (compared.same.basis == IdentityBasis::kStructure) {
    return {Note::Kind::kSays,
            "two processes: objects are matched by what leads to them, the rest by their number"};
  }
  const bool one_python = was.number("hexversion") >> 16 == is.number("hexversion") >> 16;
  return {Note::Kind::kWarning,
          fmt::format("the snapshots are of two {} ({}; {}): only the numbers of each kind are "
                      "compared, by name",
                      one_python ? "programs" : "versions of Python",
                      was.text(one_python ? "argv" : "python"),
                      is.text(one_python ? "argv" : "python"))};
}

Report report_of(const Compared& compared, const Options& options) {
  const std::string &old_file = options.files.front(), &new_file = options.files.back();
  Report report = report_on(compared.newer.graph(), for_file(options, new_file), kSchema);
  Report older = report_on(compared.older.graph(), for_file(options, old_file), kSchema);
  report.older.push_back(std::move(*older.snapshot));
  for (Note& note : report.notes) note.text = new_file + ": " + note.text;
  for (Note& note : older.notes) {
    report.notes.push_back({note.kind, old_file + ": " + note.text});
  }
  if (compared.same.basis != IdentityBasis::kAddress) report.notes.push_back(about_basis(compared));
  return report;
}

Result<Difference> difference_of(const Compared& compared, const Classifier& classifier,
                                 const Options& options) {
  Result<Classification> was = classified(compared.older, classifier, options);
  if (!was) return tl::unexpected(was.error());
  Result<Classification> is = classified(compared.newer, classifier, options);
  if (!is) return tl::unexpected(is.error());
  const Graph &older = compared.older.graph(), &newer = compared.newer.graph();
  return difference(older, newer,
                    join(std::move(*was), std::move(*is), older.node_count(), newer.node_count()),
                    compared.same);
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

Result<Report> list(const Compared& compared, const Options& options) {
  const bool of_old = options.list == "gone";
  const Heap& heap = of_old ? compared.older : compared.newer;
  const Result<NodeSet> nodes = selected(heap, options.where);
  if (!nodes) return tl::unexpected(nodes.error());
  const std::string& file = of_old ? options.files.front() : options.files.back();
  std::string text = fmt::format("# {} objects, to be looked up in {}\n", options.list, file) +
                     addresses(heap.graph(), listed(compared.same, options.list, *nodes));
  Report report = report_of(compared, options);
  report.document = [text = std::move(text)](const Write& write) { write(text); };
  return report;
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

Result<Report> table(const Compared& compared, const Classifier& classifier,
                     const Budget& conditions, const Options& options) {
  Result<Difference> grown = difference_of(compared, classifier, options);
  if (!grown) return tl::unexpected(grown.error());
  const SortBy sort = sort_of(options.sort);
  if (sort == SortBy::kRetained) add_retained(compared.older, compared.newer, *grown);
  RankedDifference rows = ranked(*grown, sort, options.limit);
  add_retained(compared.older, compared.newer, *grown, rows);
  Report report = report_of(compared, options);
  report.tables.push_back(comparison_table(compared));
  report.tables.push_back(difference_table(*grown, rows, classifier.name()));
  const HeapGrowth paths(compared.older, compared.newer);
  paths.add_via(report.tables.back(), *grown, rows.rows, compared.same);
  report.tables.push_back(paths.table(options.limit));
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
  const Result<Compared> compared = compare(options);
  if (!compared) return tl::unexpected(compared.error());
  if (!options.list.empty()) return list(*compared, options);
  return table(*compared, *classifier, *conditions, options);
}

}  // namespace heapsnap
