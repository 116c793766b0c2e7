// The words of a command line that say how a process is captured: the same for every command that
// captures one that runs.
#pragma once

#include <string>
#include <string_view>

#include "apps/heapsnap/capture/methods.h"
#include "apps/heapsnap/options.h"
#include "apps/heapsnap/run/name_template.h"
#include "libsnapshot/result.h"

namespace heapsnap {

void take_pid(CLI::App& app, Options& options);
void take_name(CLI::App& app, Options& options);  // --name
// -o, --method, --mode, --timeout, and of snapshots
void take_capture_words(CLI::App& app, Options& options);

// Each fails with kUsage.

Result<CaptureOrders> parse_capture_orders(const Options& options);
// Where the snapshots of a program of that name go. `command` is ours, for messages.
Result<NameTemplate> parse_capture_name(const Options& options, std::string_view command,
                                        const std::string& program);

}  // namespace heapsnap
