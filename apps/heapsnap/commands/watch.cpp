// watch: captures a running process whenever it is time to, from outside.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cctype>
#include <string>

#include "apps/heapsnap/capture/capture_notes.h"
#include "apps/heapsnap/capture/capture_words.h"
#include "apps/heapsnap/capture/process_words.h"
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/run/moment_words.h"
#include "apps/heapsnap/run/quantity.h"
#include "apps/heapsnap/watch/watch_process.h"

namespace heapsnap {
namespace {

tl::unexpected<Error> usage(std::string message) {
  return failure(ErrorCode::kUsage, std::move(message));
}

// For the names of files, of a process that need not be there yet.
std::string name_in(const std::string& pattern) {
  std::string name;
  for (const char c : pattern) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    if (is_plain && name.size() < 40) name += c;
  }
  return name.empty() ? "python" : name;
}

Result<KeepLimits> parse_keep(const Options& options) {
  KeepLimits keep{.count = options.run.keep};
  if (options.capture.max_disk.empty()) return keep;
  const Result<std::uint64_t> size = parse_size(options.capture.max_disk);
  if (!size) return tl::unexpected(size.error());
  keep.bytes = *size;
  return keep;
}

Result<WatchPlan> plan_of(const Options& options) {
  const CaptureOptions& asked = options.capture;
  if (asked.pid == 0 && asked.name.empty()) return usage("watch needs -p PID, or --name PATTERN");
  const Result<MomentRules> moments = parse_moments(options.run);
  if (!moments) return tl::unexpected(moments.error());
  if (!moments->any()) {
    return usage("watch has to be told when to capture: --on-rss SIZE, --every DUR, or both");
  }
  const Result<KeepLimits> keep = parse_keep(options);
  if (!keep) return tl::unexpected(keep.error());
  const Result<CaptureOrders> orders = parse_capture_orders(options);
  if (!orders) return tl::unexpected(orders.error());
  const std::string program =
      asked.name.empty() ? name_by(words_of(asked.pid)) : name_in(asked.name);
  const Result<NameTemplate> names = parse_capture_name(options, "watch", program);
  if (!names) return tl::unexpected(names.error());
  WatchPlan plan{.method = asked.method, .orders = *orders, .names = *names};
  if (!asked.name.empty()) plan.name = with_wildcards(asked.name);
  plan.name_text = asked.name;
  plan.force = options.force;
  plan.moments = *moments;
  plan.keep = *keep;
  return plan;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::vector<Note> notes_of(const WatchResult& result) {
  std::string said = fmt::format("watched {}: {}",
                                 counted(result.processes, "process", "processes"),
                                 counted(result.captured, "snapshot", "snapshots"));
  if (result.failed > 0) said += fmt::format(", {} failed", result.failed);
  if (result.removed > 0) said += fmt::format(", {} removed again", result.removed);
  std::vector<Note> notes = {{Note::Kind::kSays, said}};
  if (result.newest.empty()) return notes;
  const std::vector<Note> next = next_steps(result.newest);
  notes.insert(notes.end(), next.begin(), next.end());
  return notes;
}

}  // namespace

void take_watch(CLI::App& app, Options& options) {
  take_pid(app, options);
  take_name(app, options);
  app.get_option("--name")->excludes("--pid");
  take_moment_words(app, options.run);
  app.add_option("--keep", options.run.keep, "keep the newest N snapshots (all)")
      ->check(number_of("files"))
      ->type_name("N");
  app.add_option("--max-disk", options.capture.max_disk,
                 "remove the oldest snapshots when all are larger than this: 512M, 4G")
      ->check(some_text("expected a size, such as 4G"))
      ->type_name("SIZE");
  take_capture_words(app, options);
}

Result<Report> watch(const Options& options) {
  const Result<WatchPlan> plan = plan_of(options);
  if (!plan) return tl::unexpected(plan.error());
  const Result<WatchResult> result = watch_process(*plan, speaker(options));
  if (!result) return tl::unexpected(result.error());
  return Report{.schema = "heapsnap.watch/1", .notes = notes_of(*result)};
}

}  // namespace heapsnap
