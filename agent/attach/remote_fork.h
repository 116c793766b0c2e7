// remote_fork() captures a process by a copy that it is made to make of itself, and which a walker
// of ours then reads (docs/attach.md has the steps).
//
// The process stands still for the copying of its page tables alone, and for a moment at the end.
// Call it in a process that traces nothing else, with SIGCHLD blocked (see tracer.h).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "agent/attach/copy_walk.h"
#include "agent/attach/frozen_copy.h"
#include "agent/attach/snapshot_facts.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct ForkOrders {
  pid_t pid = 0;
  TextOrders texts = {};
  std::chrono::milliseconds timeout{10'000};  // to get a copy of an instant that can be used
};

struct ForkHost {
  CopyWalk::Send send;
  CopyWalk::Wanted wanted;
  std::function<void(pid_t)> made;  // a copy, which has to be reaped if this process dies
};

struct ForkOutcome {
  std::chrono::nanoseconds pause{0};   // of all attempts
  std::chrono::nanoseconds reaped{0};  // how long a thread stood still at the end
  unsigned attempts = 0;               // stops of the process
  bool collecting = false;             // the copy was made while the collector ran
  std::string incomplete = {};         // why the walk gave up; empty: it did not
};

// That a copy would not be the first process of a pid namespace, whose end is the namespace's:
// after unshare(CLONE_NEWPID) the next child is that. Fails with kCapture.
Result<void> check_namespace(pid_t pid);

// Fails with kCapture or kUnsupported. Nothing has been sent then, unless the copy was killed.
Result<ForkOutcome> remote_fork(const ForkOrders& orders, const ForkHost& host);

}  // namespace heapsnap
