// The words of a command line that say when a process is captured while it runs: the same for every
// command that waits for such moments.
#pragma once

#include "apps/heapsnap/run/moments.h"
#include "apps/heapsnap/run_options.h"
#include "libsnapshot/result.h"

namespace CLI {
class App;
}

namespace heapsnap {

// Declarations of --on-rss and --every.
void take_moment_words(CLI::App& app, RunOptions& run);

Result<MomentRules> parse_moments(const RunOptions& run);  // fails with kUsage

}  // namespace heapsnap
