// capture: takes a snapshot of a Python process that is running, from outside.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agent/attach/proc_files.h"
#include "apps/heapsnap/capture/methods.h"
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/exit_code.h"
#include "apps/heapsnap/run/program.h"
#include "apps/heapsnap/run/quantity.h"
#include "apps/heapsnap/run/snapshot_words.h"
#include "apps/heapsnap/shell_quote.h"

namespace heapsnap {
namespace {

constexpr int kLargestPid = 1 << 22;  // of Linux

// "app" of a process that was started as `python app.py`.
std::string name_of(pid_t pid) {
  std::vector<std::string> words;
  std::string_view rest;
  const auto text = read_proc(pid, "cmdline");
  if (text) rest = *text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\0');
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  const std::string name = words.empty() ? "" : program_name(words);
  return name.empty() ? "python" : name;
}

Result<CaptureOrders> orders_of(const Options& options) {
  if (!options.run.program.empty()) {
    return failure(ErrorCode::kUsage,
                   fmt::format("capture takes no argument '{}'; to start a program: heapsnap run",
                               options.run.program.front()));
  }
  const auto timeout = parse_duration(options.capture.timeout);
  if (!timeout) return tl::unexpected(timeout.error());
  const auto strings = parse_strings(options.run.strings);
  if (!strings) return tl::unexpected(strings.error());
  auto labels = parse_labels(options.run.labels);
  if (!labels) return tl::unexpected(labels.error());
  return CaptureOrders{.pid = options.capture.pid,
                       .timeout = *timeout,
                       .strings = *strings,
                       .by_name = options.capture.method != "auto",
                       .mode = options.capture.mode,
                       .settings = {*std::move(labels), options.run.level}};
}

std::vector<Note> notes_of(const Captured& captured) {
  using Kind = Note::Kind;
  std::vector<Note> notes = {{Kind::kSays, summary_of(captured.snapshot)}};
  for (const std::string& warning : captured.warnings) notes.push_back({Kind::kWarning, warning});
  if (captured.collecting) {
    notes.push_back({Kind::kWarning, "the collector was running at that instant: objects that "
                                     "nothing refers to may be missing"});
  }
  const std::string file = shell_quote(captured.snapshot.path);
  notes.push_back({Kind::kNext, "heapsnap analyze " + file});
  notes.push_back({Kind::kNext, "heapsnap hist " + file + " --by clodo"});
  return notes;
}

}  // namespace

void take_capture(CLI::App& app, Options& options) {
  app.add_option("-p,--pid", options.capture.pid, "the process")
      ->required()
      ->check(CLI::Range(1, kLargestPid))
      ->type_name("PID");
  take_output_name(app, options.run);
  std::vector<std::string> methods = {"auto"};
  std::string names = "auto";
  for (const CaptureMethod& method : capture_methods()) {
    methods.emplace_back(method.name);
    names += fmt::format("|{}", method.name);
  }
  app.add_option("--method", options.capture.method, "how (auto)")
      ->check(CLI::IsMember(methods))
      ->type_name(names);
  app.add_option("--mode", options.capture.mode,
                 "fork: a copy of the process is read; stop: the process makes none, and stands still")
      ->check(CLI::IsMember({"fork", "stop"}))
      ->type_name("fork|stop");
  app.add_option("--timeout", options.capture.timeout,
                 "how long to try for an instant that is good to capture, and how long the process may "
                 "stand still (10s)")
      ->type_name("DUR");
  take_snapshot_words(app, options.run);
}

Result<Report> capture(const Options& options) {
  Result<CaptureOrders> orders = orders_of(options);
  if (!orders) return tl::unexpected(orders.error());
  if (options.run.output == "-") {
    return failure(ErrorCode::kUsage, "capture writes a file: give -o a name");
  }
  const auto name = parse_output_name(options.run.output, name_of(orders->pid), options.force);
  if (!name) return tl::unexpected(name.error());
  SnapshotNames names(*name, 0, options.force);
  const Result<Captured> captured = capture_by(options.capture.method, *orders, names);
  if (!captured) return tl::unexpected(captured.error());
  Report report{.schema = "heapsnap.capture/1", .notes = notes_of(*captured)};
  if (!captured->snapshot.incomplete.empty()) report.exit_code = kExitCapture;
  return report;
}

}  // namespace heapsnap
