#include "apps/heapsnap/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "apps/heapsnap/load.h"
#include "libanalysis/common_path.h"
#include "libanalysis/holders.h"
#include "libanalysis/leaks.h"
#include "libanalysis/main_place.h"
#include "libanalysis/path_roots.h"
#include "libanalysis/signature.h"
#include "libanalysis/source_place.h"

namespace heapsnap {
namespace {

// A file below the working folder by its name there, as tools that look at a repository want it.
std::string relative(const std::string& file) {
  std::error_code error;
  const std::filesystem::path here = std::filesystem::current_path(error);
  const std::filesystem::path path = std::filesystem::path(file).lexically_normal();
  if (error || !path.is_absolute()) return file;
  const std::string below = path.lexically_relative(here).string();
  return below.empty() || below.starts_with("..") ? file : below;
}

// The type that most of the objects have.
TypeId common_type(const Graph& graph, const NodeSet& nodes) {
  std::map<TypeId, std::uint64_t> counts;
  for (const NodeId id : nodes) ++counts[graph.type_of(id)];
  const auto most = std::ranges::max_element(
      counts, [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? kNoType : most->first;
}

TypeId type_called(const Graph& graph, const std::string& name) {
  for (TypeId type = kNoType + 1; type < graph.type_count(); ++type) {
    if (common_type_name(graph, type) == name) return type;
  }
  return kNoType;
}

Finding finding_of(const Leak& leak, std::size_t first, std::size_t last) {
  const Holder& holder = leak.holder;
  const bool in_place = holder.growth == Growth::kInPlace;
  const Measure &old = holder.series[first], &now = holder.series[last];
  return {.rule = "growth",
          .condition = holder.path,
          .measure = in_place ? "shallow" : "count",
          .old = in_place ? old.shallow : old.count,
          .now = in_place ? now.shallow : now.count,
          .growth = in_place ? holder.byte_growth : holder.count_growth,
          .holder = holder.path,
          .type = holder.type,
          .signature = leak.signature};
}

// What a budget's finding says of its figures.
Finding finding_of(const Condition& condition, const Overrun& overrun) {
  return {.condition = to_text(condition),
          .row = overrun.row,
          .measure = std::string(word_of(condition.measure)),
          .old = overrun.verdict.old,
          .now = overrun.verdict.now,
          .growth = overrun.verdict.growth,
          .limit = overrun.verdict.limit};
}

// What is asked without how much may be: a limit that is raised does not make another finding.
std::string question(const Condition& condition, const std::string& row) {
  std::string text = condition.of ? to_text(*condition.of) + " " : "";
  text += word_of(condition.measure);
  return row.empty() ? text : fmt::format("{} ({})", text, row);
}

// A pattern means a holder by its path, or by its path and then the type that it holds.
bool is_meant(const Suppression& suppression, const Finding& finding) {
  return suppression.path.matches(finding.holder) ||
         suppression.path.matches(finding.holder + "." + finding.type);
}

}  // namespace

Result<void> GateCheck::add(const Heap& heap) {
  Result<BudgetFigures> figures = take_figures(heap, question_.budget);
  if (!figures) return tl::unexpected(figures.error());
  figures_.push_back(*std::move(figures));
  tree_ = path_tree(heap.graph());
  growth_.add(heap.graph(), tree_);
  return {};
}

Result<Gate> GateCheck::finish(const Heap& newest, std::vector<Note>& notes) const {
  for (const std::string& message : figures_.back().missing) {
    notes.push_back({Note::Kind::kWarning, message});
  }
  Gate gate;
  if (const Result<void> found = find_overruns(newest, gate); !found) {
    return tl::unexpected(found.error());
  }
  if (question_.growth) find_growth(newest, gate);
  suppress(newest, gate, notes);
  return gate;
}

Result<void> GateCheck::find_overruns(const Heap& newest, Gate& gate) const {
  const Budget& budget = question_.budget;
  std::map<std::pair<std::size_t, std::size_t>, bool> failed;
  for (const Overrun& overrun : overruns(budget, figures_)) {
    failed[{overrun.line, overrun.condition}] = true;
    Finding finding = finding_of(budget.lines[overrun.line].conditions[overrun.condition], overrun);
    finding.rule = question_.rule;
    const Result<NodeSet> objects = members(newest, budget, overrun);
    if (!objects) return tl::unexpected(objects.error());
    place(newest.graph(), overrun, *objects, finding);
    gate.findings.push_back(std::move(finding));
  }
  for (std::size_t line = 0; line < budget.lines.size(); ++line) {
    for (std::size_t k = 0; k < budget.lines[line].conditions.size(); ++k) {
      if (!failed.contains({line, k})) {
        gate.passed.push_back(to_text(budget.lines[line].conditions[k]));
      }
    }
  }
  return {};
}

// Of a limit of growth, where most of it is; else where most of the objects are.
void GateCheck::place(const Graph& graph, const Overrun& overrun, const NodeSet& objects,
                      Finding& finding) const {
  const BudgetLine& line = question_.budget.lines[overrun.line];
  const Condition& condition = line.conditions[overrun.condition];
  const std::size_t last = growth_.snapshots() - 1;
  const std::size_t from = line.rounds == 0 ? 0 : last - line.rounds;
  std::vector<Holder> holders;
  if (condition.is_of_growth() && overrun.verdict.growth > 0) {
    holders = find_holders(growth_, from, last);
  }
  const Holder* const holder =
      main_holder(holders, growth_, from, tree_, graph, objects, condition.measure);
  PathId path = kTopPath;
  if (holder == nullptr) {
    path = condition.of ? main_path(tree_, graph, objects, condition.measure)
                        : common_path(tree_, objects).path;
  }
  // The whole heap is of all types.
  const bool is_whole = !condition.of && holder == nullptr && path == kTopPath;
  const TypeId type =
      is_whole ? kNoType
      : holder != nullptr ? type_called(graph, holder->type)
      : path != kTopPath  ? tree_.steps[path].type
                          : common_type(graph, objects);
  finding.holder = holder != nullptr ? holder->path : path_text(tree_, path);
  if (type != kNoType) finding.type = common_type_name(graph, type);
  finding.signature =
      signature(finding.holder.empty() ? question(condition, finding.row) : finding.holder,
                finding.type);
  locate(graph, holder != nullptr ? path_of(*holder) : tree_.steps[path].parent, type, finding);
}

void GateCheck::find_growth(const Heap& newest, Gate& gate) const {
  const Graph& graph = newest.graph();
  const std::size_t last = growth_.snapshots() - 1;
  const std::size_t steps = question_.rounds == 0 ? last : question_.rounds;
  const Leaks leaks = find_leaks(growth_, {.steps = steps, .collector_on = is_collector_on(graph)});
  for (const Leak& leak : leaks.found) {
    Finding finding = finding_of(leak, last - steps, last);
    locate(graph, path_of(leak.holder), type_called(graph, finding.type), finding);
    gate.findings.push_back(std::move(finding));
  }
  if (leaks.found.empty()) gate.passed.push_back(fmt::format("growth in each of {} steps", steps));
  for (const Noise& noise : leaks.noise) {
    Finding finding = finding_of({noise.holder, signature(noise.holder.path, noise.holder.type)},
                                 last - steps, last);
    finding.suppressed = std::string(noise.reason);
    gate.findings.push_back(std::move(finding));
  }
}

void GateCheck::suppress(const Heap& newest, Gate& gate, std::vector<Note>& notes) const {
  const std::string day = utc(newest.graph().provenance().number("time_ns")).substr(0, 10);
  for (const Suppression& suppression : question_.budget.suppressions) {
    const std::string where =
        fmt::format("{}:{}: suppression '{}'", question_.budget.file, suppression.line,
                    suppression.text);
    bool used = false;
    const bool expired = !suppression.until.empty() && day > suppression.until;
    for (Finding& finding : gate.findings) {
      if (!is_meant(suppression, finding)) continue;
      used = true;
      if (!expired && !finding.suppressed) finding.suppressed = suppression.reason;
    }
    if (expired) {
      notes.push_back({Note::Kind::kWarning,
                       fmt::format("{} was good until {}: it suppresses nothing any more", where,
                                   suppression.until)});
    } else if (!used) {
      notes.push_back({Note::Kind::kWarning, where + " matches no finding"});
    }
  }
}

// What holds it, by its source; where nothing does, its type.
void GateCheck::locate(const Graph& graph, PathId container, TypeId type, Finding& finding) const {
  std::optional<SourcePlace> place;
  if (container != kTopPath) place = source_place(graph, tree_, container);
  const NodeId node = type == kNoType ? kNoNode : graph.type_node(type);
  if (!place && node != kNoNode) place = source_place(graph, node);
  if (!place) return;
  finding.file = relative(place->file);
  finding.line = place->line;
}

PathId GateCheck::path_of(const Holder& holder) const {
  const auto at = std::ranges::find(growth_.step_of_path(), holder.container);
  return at == growth_.step_of_path().end()
             ? kTopPath
             : static_cast<PathId>(at - growth_.step_of_path().begin());
}

Result<Budget> budget_of(const std::vector<std::string>& conditions) {
  Budget budget;
  for (const std::string& text : conditions) {
    Result<Condition> condition = parse_condition(text);
    if (!condition) return tl::unexpected(condition.error());
    budget.lines.push_back({.key = text, .conditions = {*std::move(condition)}});
  }
  return budget;
}

}  // namespace heapsnap
