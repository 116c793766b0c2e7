// watch_process() looks at a process from outside, and captures it at the moments that were asked
// for, until it ends or a signal (INT, QUIT, TERM, HUP) asks us to.
//
// Of a process that is known by its name, the next one of that name is waited for. A capture that
// fails is said, and the next moment waited for; one that is under way when a signal comes is
// finished. It is said at once, line by line, what happened.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "apps/heapsnap/capture/methods.h"
#include "apps/heapsnap/run/kept_files.h"
#include "apps/heapsnap/run/moments.h"
#include "apps/heapsnap/run/name_template.h"
#include "apps/heapsnap/speaker.h"
#include "libanalysis/glob.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct WatchPlan {
  std::string method;
  CaptureOrders orders;                     // with a pid, if there is no name
  std::optional<Glob> name = std::nullopt;  // of a process; of several, the oldest is meant
  std::string name_text = {};               // the same, for messages
  NameTemplate names;
  bool force = false;
  MomentRules moments = {};
  KeepLimits keep = {};
};

struct WatchResult {
  std::size_t processes = 0;
  std::size_t captured = 0;
  std::size_t failed = 0;
  std::size_t removed = 0;  // files
  std::string newest = {};  // file
};

// Fails with kCapture or kUnsupported if the process of that pid cannot be captured as it is, with
// kCapture also if the kernel does not let us hold on to a process.
Result<WatchResult> watch_process(const WatchPlan& plan, const Say& say);

}  // namespace heapsnap
