// supervise() runs a program with the agent in it, from its start to its end, and writes the
// snapshots that come meanwhile.
//
// This process stays the program's parent: it hands signals on, keeps the timers and looks at the
// program's memory, and returns when the program has ended and what was being captured is
// written. It is said at once, line by line, what was captured and what failed.
#pragma once

#include <string>
#include <vector>

#include "agent/attach/snapshot_facts.h"
#include "apps/heapsnap/run/moments.h"
#include "apps/heapsnap/run/name_template.h"
#include "apps/heapsnap/run/program.h"
#include "apps/heapsnap/run/snapshot_file.h"
#include "apps/heapsnap/speaker.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct RunPlan {
  Program program;
  std::string agent;  // its folder
  NameTemplate names;
  std::size_t keep = 0;
  bool force = false;
  bool at_exit = false;
  bool on_memoryerror = false;
  std::vector<int> on_signals = {};
  MomentRules moments = {};
  bool children = false;
  std::string strings = "keys";
  TextOrders texts = {};  // what `strings` says
  SnapshotSettings snapshots = {};
};

struct RunResult {
  int status = 0;           // as waitpid() gives it
  bool interrupted = false;  // by Ctrl-C at the terminal
  std::vector<std::string> snapshots = {};  // files, in the order in which they became whole
  std::size_t failures = 0;
  std::size_t processes = 0;  // that could be captured: with the agent in them, or found
  std::size_t going_on = 0;   // of them: that outlive the program
  std::size_t refused = 0;    // connections of strangers
  bool gave_up = false;       // the user did not wait for what was being written
};

// Fails with kCapture if the program cannot be started.
Result<RunResult> supervise(const RunPlan& plan, const Say& say);

}  // namespace heapsnap
