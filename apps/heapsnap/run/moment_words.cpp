#include "apps/heapsnap/run/moment_words.h"

#include <CLI/CLI.hpp>

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/run/quantity.h"

namespace heapsnap {

void take_moment_words(CLI::App& app, RunOptions& run) {
  app.add_option("--on-rss", run.on_rss, "when resident memory grows beyond this: 512M, 1.5G")
      ->check(some_text("expected a size, such as 512M"))
      ->type_name("SIZE");
  app.add_option("--every", run.every, "periodically: 200ms, 10s, 5m, 1h")
      ->check(some_text("expected a duration, such as 5m"))
      ->type_name("DUR");
}

Result<MomentRules> parse_moments(const RunOptions& run) {
  MomentRules rules;
  if (!run.on_rss.empty()) {
    const Result<std::uint64_t> size = parse_size(run.on_rss);
    if (!size) return tl::unexpected(size.error());
    rules.rss = *size;
  }
  if (!run.every.empty()) {
    const auto every = parse_duration(run.every);
    if (!every) return tl::unexpected(every.error());
    rules.every = *every;
  }
  return rules;
}

}  // namespace heapsnap
