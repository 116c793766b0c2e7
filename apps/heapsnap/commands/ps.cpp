// ps: the Python processes that there are, and how each can be captured.
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>

#include "agent/module/process.h"
#include "apps/heapsnap/capture/capture_words.h"
#include "apps/heapsnap/capture/process_words.h"
#include "apps/heapsnap/capture/python_sight.h"
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/run/process.h"
#include "libanalysis/glob.h"

namespace heapsnap {
namespace {

Cell text_or_nothing(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

std::string user_name(std::uint32_t user) {
  const passwd* const entry = getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

Cell uptime_of(pid_t pid) {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::uint64_t now_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
                               static_cast<std::uint64_t>(now.tv_nsec);
  const std::uint64_t start = start_time_ns(pid);
  if (start == 0) return {};
  return Nanoseconds{now_ns - std::min(start, now_ns)};
}

Cells row_of(const PythonSight& sight) {
  const auto resident = resident_bytes(sight.pid);
  const bool elsewhere = sight.own_pid != 0 && sight.own_pid != sight.pid;
  return {Number{sight.pid},
          elsewhere ? Cell(Number{sight.own_pid}) : Cell(),
          user_name(sight.user),
          text_or_nothing(sight.version),
          resident ? Cell(Bytes{*resident}) : Cell(),
          uptime_of(sight.pid),
          sight.possible.names,
          shortened(sight.words),
          text_or_nothing(sight.possible.why)};
}

Note hidden_note(std::size_t hidden) {
  const char* const of = geteuid() == 0 ? "" : " of other users";
  const char* const attempt =
      geteuid() == 0 ? "from the host, or with CAP_SYS_PTRACE" : "as root";
  return {Note::Kind::kSays,
          fmt::format("{} process{}{} could not be looked at; try {}", hidden,
                      hidden == 1 ? "" : "es", of, attempt)};
}

}  // namespace

void take_ps(CLI::App& app, Options& options) { take_name(app, options); }

Result<Report> ps(const Options& options) {
  const Glob pattern = with_wildcards(options.capture.name.empty() ? "*" : options.capture.name);
  const Sights seen = look_at_all();
  Table table{.name = "processes",
              .columns = {{"pid"}, {"own_pid", "own pid"}, {"user"}, {"python"}, {"rss"},
                          {"uptime"}, {"methods"}, {"program"}, {"why"}}};
  for (const PythonSight& sight : seen.pythons) {
    if (is_called(sight.words, pattern)) table.rows.push_back(row_of(sight));
  }
  cut(table, options.limit);
  if (table.others) table.others = Cells(table.columns.size());  // resident memory is shared
  Report report{.schema = "heapsnap.ps/1"};
  report.tables.push_back(std::move(table));
  if (seen.hidden > 0) report.notes.push_back(hidden_note(seen.hidden));
  return report;
}

}  // namespace heapsnap
