// heapsnap check: whether snapshots keep a budget, and whether something grows without end.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/exit_code.h"
#include "apps/heapsnap/file_order.h"
#include "apps/heapsnap/gate.h"
#include "apps/heapsnap/load.h"
#include "apps/heapsnap/programs.h"

namespace heapsnap {
namespace {

constexpr const char* kSchema = "heapsnap.check/1";
constexpr const char* kBudget = "heapsnap.toml";
constexpr std::size_t kFewestForGrowth = 3;

std::string wrong_rounds(const std::string& text) {
  if (number_of("steps")(text).empty() && std::strtoull(text.c_str(), nullptr, 10) >= 2) return "";
  return fmt::format("'{}' is no number of steps, 2 or more: one says what has grown, not whether it "
                     "goes on; for that, give a limit of growth in a budget, or use diff", text);
}

std::vector<std::string> snapshots_of(const Options& options) {
  std::vector<std::string> files = options.files;
  if (!options.baseline.empty()) files.insert(files.begin(), options.baseline);
  return files;
}

tl::unexpected<Error> too_few(const std::string& what, std::size_t needed, std::size_t there) {
  return failure(ErrorCode::kUsage,
                 fmt::format("{} takes {} snapshots, the oldest first, and there {} {}", what,
                             needed, there == 1 ? "is" : "are", there));
}

std::vector<Origin> origins_of(const std::vector<Report>& reports) {
  std::vector<Origin> origins;
  for (const Report& report : reports) origins.push_back(*report.snapshot);
  return origins;
}

Result<void> expect_order(const std::vector<Report>& reports, const Options& options) {
  const std::vector<Origin> given = origins_of(reports);
  if (const auto twice = given_twice(given); twice && options.on_warning) {
    options.on_warning(*twice);
  }
  const std::optional<OutOfOrder> wrong = out_of_order(given);
  if (!wrong) return {};
  if (wrong->one_process) return failure(ErrorCode::kUsage, wrong->message);
  if (options.on_warning) options.on_warning(wrong->message);
  return {};
}

// What is asked of the snapshots: a budget, growth, or both.
Result<GateQuestion> question_of(const Options& options, std::size_t snapshots) {
  GateQuestion question{.growth = options.rounds > 0, .rounds = options.rounds};
  std::error_code error;
  std::string file = options.budget;
  if (file.empty() && std::filesystem::exists(kBudget, error)) file = kBudget;
  if (!file.empty()) {
    Result<Budget> budget = read_budget(file);
    if (!budget) return tl::unexpected(budget.error());
    question.budget = *std::move(budget);
  }
  if (question.budget.lines.empty()) question.growth = true;
  if (question.growth && file.empty() && options.rounds == 0 && snapshots < kFewestForGrowth) {
    return failure(ErrorCode::kUsage,
                   fmt::format("there is nothing to check against: write {} with [budget] and a "
                               "line such as \"type:app.Session\" = {{ count = 200 }}, or give "
                               "three snapshots to look for growth that does not end", kBudget));
  }
  return question;
}

Result<void> expect_enough(const GateQuestion& question, std::size_t snapshots) {
  const std::size_t rounds = question.rounds;
  if (question.growth && snapshots < std::max(rounds + 1, kFewestForGrowth)) {
    return too_few(rounds > 1 ? fmt::format("growth in each of {} steps", rounds)
                              : "growth that does not end",
                   std::max(rounds + 1, kFewestForGrowth), snapshots);
  }
  for (const BudgetLine& line : question.budget.lines) {
    if (snapshots >= line.snapshots()) continue;
    return too_few(fmt::format("{}:{}: the budget of {}", question.budget.file, line.line, line.key),
                   line.snapshots(), snapshots);
  }
  return {};
}

}  // namespace

void take_check(CLI::App& app, Options& options) {
  take_files(app, options, 1);
  take_check_options(app, options);
  app.get_option("--rounds")->check(wrong_rounds);
}

Result<Report> check(const Options& options) {
  const std::vector<std::string> files = snapshots_of(options);
  const Result<GateQuestion> question = question_of(options, files.size());
  if (!question) return tl::unexpected(question.error());
  if (const Result<void> enough = expect_enough(*question, files.size()); !enough) {
    return tl::unexpected(enough.error());
  }
  GateCheck gate_check(*question);
  std::optional<Heap> newest;
  std::vector<Report> reports;
  std::vector<Note> notes;
  ProgramWatch programs;
  for (const std::string& file : files) {
    newest.reset();
    Result<Heap> heap = load_whole_heap(for_file(options, file));
    if (!heap) return tl::unexpected(heap.error());
    newest.emplace(*std::move(heap));
    programs.add(newest->graph().provenance());
    reports.push_back(report_on(newest->graph(), for_file(options, file), kSchema));
    for (const Note& note : reports.back().notes) {
      notes.push_back({note.kind, file + ": " + note.text});
    }
    if (const Result<void> added = gate_check.add(*newest); !added) {
      return failure(added.error().code, file + ": " + added.error().message);
    }
  }
  if (const Result<void> ordered = expect_order(reports, options); !ordered) {
    return tl::unexpected(ordered.error());
  }
  if (programs.found()) {
    notes.push_back({Note::Kind::kWarning, *programs.found() + ": what one of them has and the "
                                           "other has not counts as growth"});
  }
  Report report = std::move(reports.back());
  report.notes = std::move(notes);
  reports.pop_back();
  for (Report& older : reports) report.older.push_back(std::move(*older.snapshot));
  Result<Gate> gate = gate_check.finish(*newest, report.notes);
  if (!gate) return tl::unexpected(gate.error());
  if (failures(*gate) > 0) report.exit_code = kExitCondition;
  report.gate = *std::move(gate);
  return report;
}

}  // namespace heapsnap
