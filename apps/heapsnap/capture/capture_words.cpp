#include "apps/heapsnap/capture/capture_words.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "apps/heapsnap/run/quantity.h"
#include "apps/heapsnap/run/snapshot_words.h"

namespace heapsnap {

constexpr int kLargestPid = 1 << 22;  // of Linux

void take_pid(CLI::App& app, Options& options) {
  app.add_option("-p,--pid", options.capture.pid, "the process")
      ->check(CLI::Range(1, kLargestPid))
      ->type_name("PID");
}

void take_name(CLI::App& app, Options& options) {
  app.add_option("--name", options.capture.name,
                 "the name of the program, as app of `python app.py`, or its whole command line; * "
                 "stands for anything")
      ->check(some_text("expected a name; * is any"))
      ->type_name("PATTERN");
}

void take_capture_words(CLI::App& app, Options& options) {
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
                 "fork: a copy of the process is read; stop: the process makes none, and stands "
                 "still")
      ->check(CLI::IsMember({"fork", "stop"}))
      ->type_name("fork|stop");
  app.add_option("--timeout", options.capture.timeout,
                 "how long to wait and to try again for an instant that is good to capture (10s; "
                 "one attempt is always made), and how long the process may stand still")
      ->type_name("DUR");
  take_snapshot_words(app, options.run);
}

Result<CaptureOrders> parse_capture_orders(const Options& options) {
  const auto timeout = parse_duration(options.capture.timeout);
  if (!timeout) return tl::unexpected(timeout.error());
  const Result<TextOrders> texts = parse_strings(options.run.strings);
  if (!texts) return tl::unexpected(texts.error());
  auto labels = parse_labels(options.run.labels);
  if (!labels) return tl::unexpected(labels.error());
  return CaptureOrders{.pid = options.capture.pid,
                       .timeout = *timeout,
                       .texts = *texts,
                       .method_asked = options.capture.method != "auto",
                       .mode = options.capture.mode,
                       .settings = {*std::move(labels), options.run.level}};
}

Result<NameTemplate> parse_capture_name(const Options& options, std::string_view command,
                                        const std::string& program) {
  if (options.run.output == "-") {
    return failure(ErrorCode::kUsage, fmt::format("{} writes a file: give -o a name", command));
  }
  return parse_output_name(options.run.output, program, options.force);
}

}  // namespace heapsnap
