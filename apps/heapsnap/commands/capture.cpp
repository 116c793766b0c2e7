// capture: takes a snapshot of a Python process that is running, from outside, or of a core file.
#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "apps/heapsnap/capture/by_core.h"
#include "apps/heapsnap/capture/capture_notes.h"
#include "apps/heapsnap/capture/capture_words.h"
#include "apps/heapsnap/capture/methods.h"
#include "apps/heapsnap/capture/process_words.h"
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/capture_family.h"
#include "apps/heapsnap/exit_code.h"

namespace heapsnap {
namespace {

Result<void> check_words(const Options& options) {
  if (options.capture.pid == 0 && options.capture.core.empty()) {
    return failure(ErrorCode::kUsage,
                   "capture needs -p PID, or --core FILE (heapsnap capture --help)");
  }
  return {};
}

Result<Captured> of_process(const Options& options, const CaptureOrders& orders) {
  const auto name = parse_capture_name(options, "capture", name_by(words_of(orders.pid)));
  if (!name) return tl::unexpected(name.error());
  SnapshotNames names(*name, 0, options.force);
  return capture_by(options.capture.method, orders, names);
}

Result<Captured> of_core(const Options& options, const CaptureOrders& orders) {
  const std::string& path = options.capture.core;
  const Result<CoreFile> core = CoreFile::open(path, options.capture.exe);
  if (!core) return tl::unexpected(core.error());
  const auto name = parse_capture_name(options, "capture", name_by(split_words(core->arguments)));
  if (!name) return tl::unexpected(name.error());
  SnapshotNames names(*name, 0, options.force);
  return capture_core(*core, path, orders, names);
}

std::vector<Note> notes_of(const Captured& captured) {
  const bool is_whole = captured.snapshot.incomplete.empty();
  std::vector<Note> notes = {
      {is_whole ? Note::Kind::kSays : Note::Kind::kError, summary_of(captured.snapshot)}};
  for (std::string& warning : warnings_of(captured)) {
    notes.push_back({Note::Kind::kWarning, std::move(warning)});
  }
  const std::vector<Note> next = next_steps(captured.snapshot.path);
  notes.insert(notes.end(), next.begin(), next.end());
  return notes;
}

}  // namespace

void take_capture(CLI::App& app, Options& options) {
  take_pid(app, options);
  app.add_option("--core", options.capture.core, "or the core file of one that has ended")
      ->check(some_text("expected a core file"))
      ->excludes("--pid")
      ->type_name("FILE");
  app.add_option("--exe", options.capture.exe, "the core's program, if it is not where it was")
      ->check(some_text("expected a program"))
      ->needs("--core")
      ->type_name("FILE");
  app.add_flag("--tree", options.capture.tree, "capture its Python children too, a file each")
      ->needs("--pid");
  take_capture_words(app, options);
}

Result<Report> capture(const Options& options) {
  if (const auto fit = check_words(options); !fit) return tl::unexpected(fit.error());
  const Result<CaptureOrders> orders = parse_capture_orders(options);
  if (!orders) return tl::unexpected(orders.error());
  if (options.capture.tree) return capture_family(options, *orders);
  const Result<Captured> captured =
      options.capture.core.empty() ? of_process(options, *orders) : of_core(options, *orders);
  if (!captured) return tl::unexpected(captured.error());
  Report report{.schema = "heapsnap.capture/1", .notes = notes_of(*captured)};
  if (!captured->snapshot.incomplete.empty()) report.exit_code = kExitCapture;
  return report;
}

}  // namespace heapsnap
