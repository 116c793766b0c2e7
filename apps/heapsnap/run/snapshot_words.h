// The words of a command line that say what files a capture writes, and what goes into them: the
// same for every command that captures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/attach/snapshot_facts.h"
#include "apps/heapsnap/run/name_template.h"
#include "apps/heapsnap/run_options.h"
#include "libsnapshot/records.h"
#include "libsnapshot/result.h"

namespace CLI {
class App;
}

namespace heapsnap {

// Each fails with kUsage.

// Where the snapshots go: `text` is -o's, a name, a folder or nothing. What can be known to fail is
// refused: nothing is captured in vain.
Result<NameTemplate> parse_output_name(std::string text, const std::string& program, bool force);
Result<TextOrders> parse_strings(const std::string& policy);
Result<std::vector<Fact>> parse_labels(const std::vector<std::string>& labels);

// Declarations of -o, and of --strings, --label and --level.
void take_output_name(CLI::App& app, RunOptions& run);
void take_snapshot_words(CLI::App& app, RunOptions& run);

}  // namespace heapsnap
