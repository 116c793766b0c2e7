#include "apps/heapsnap/commands/capture_family.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/attach/proc_files.h"
#include "agent/attach/python_process.h"
#include "apps/heapsnap/capture/capture_notes.h"
#include "apps/heapsnap/capture/capture_words.h"
#include "apps/heapsnap/capture/process_words.h"
#include "apps/heapsnap/capture/python_sight.h"
#include "apps/heapsnap/exit_code.h"
#include "apps/heapsnap/run/process.h"

namespace heapsnap {
namespace {

class FamilyPortrait {
 public:
  FamilyPortrait(const Options& options, const CaptureOrders& orders, const NameTemplate& name)
      : options_(options), orders_(orders), names_(name, 0, options.force) {
    table_ = {.name = "family",
              .columns = {{"pid"}, {"parent"}, {"objects"}, {"bytes"}, {"paused"}, {"file"}}};
  }

  void take(const Relative& relative) {
    if (is_no_python(relative.pid)) return skip(relative.pid);
    orders_.pid = relative.pid;
    const Result<Captured> captured = capture_by(options_.capture.method, orders_, names_);
    if (captured) return add(relative, *captured);
    // What had just begun, and could have been anything, is something by now.
    const bool is_unknown = captured.error().code == ErrorCode::kUnsupported;
    if (is_unknown && is_no_python(relative.pid)) return skip(relative.pid);
    if (!first_error_) first_error_ = captured.error();
    fail(relative, captured.error().message);
  }

  Result<Report> report(pid_t pid) {
    if (table_.rows.empty() && first_error_) return tl::unexpected(*first_error_);
    if (table_.rows.empty()) {
      return failure(ErrorCode::kUnsupported,
                     fmt::format("neither process {} nor a child of it is a Python that we know",
                                 pid));
    }
    if (!skipped_.empty()) {
      notes_.push_back({Note::Kind::kSays, "skipped, as they are no Python: " + skipped_});
    }
    const std::vector<Note> next = next_steps(std::get<std::string>(table_.rows.front().back()));
    notes_.insert(notes_.end(), next.begin(), next.end());
    Report report{.schema = "heapsnap.capture/1", .notes = std::move(notes_)};
    report.tables.push_back(std::move(table_));
    if (failed_) report.exit_code = kExitCapture;
    return report;
  }

 private:
  void skip(pid_t pid) {
    const auto status = status_of(pid);
    skipped_ += fmt::format("{}{} ({})", skipped_.empty() ? "" : ", ", pid,
                            status ? status->name : "");
  }

  // One that is about to end, or has ended, is not known to be none.
  static bool is_no_python(pid_t pid) {
    bool hidden = false;
    if (look_at(pid, &hidden) || hidden) return false;
    const Result<PythonProcess> python = find_python(pid);
    return !python && python.error().code == ErrorCode::kUnsupported;
  }

  void add(const Relative& relative, const Captured& captured) {
    const WrittenSnapshot& snapshot = captured.snapshot;
    table_.rows.push_back({Number{relative.pid}, Number{relative.parent}, Count{snapshot.objects},
                           Bytes{snapshot.shallow},
                           snapshot.pause_ns == 0 ? Cell() : Cell(Nanoseconds{snapshot.pause_ns}),
                           snapshot.path});
    for (const std::string& warning : warnings_of(captured)) {
      say_of(relative, Note::Kind::kWarning, warning);
    }
    if (!snapshot.incomplete.empty()) fail(relative, "incomplete: " + snapshot.incomplete);
  }

  void fail(const Relative& relative, const std::string& why) {
    say_of(relative, Note::Kind::kError, why);
    failed_ = true;
  }

  void say_of(const Relative& relative, Note::Kind kind, const std::string& why) {
    const std::string whose = fmt::format("process {}", relative.pid);
    const std::size_t at = why.find(whose), end = at + whose.size();
    const bool says_so = at != why.npos && (end == why.size() || why[end] < '0' || why[end] > '9');
    notes_.push_back({kind, says_so ? why : whose + ": " + why});
  }

  const Options& options_;
  CaptureOrders orders_;
  SnapshotNames names_;
  Table table_;
  std::vector<Note> notes_;
  std::string skipped_;
  std::optional<Error> first_error_;
  bool failed_ = false;
};

}  // namespace

Result<Report> capture_family(const Options& options, const CaptureOrders& orders) {
  const auto name = parse_capture_name(options, "capture", name_by(words_of(orders.pid)));
  if (!name) return tl::unexpected(name.error());
  FamilyPortrait portrait(options, orders, *name);
  for (const Relative& relative : family_of(orders.pid)) portrait.take(relative);
  return portrait.report(orders.pid);
}

}  // namespace heapsnap
