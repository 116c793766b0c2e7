// Who traces a process already: a thread has one tracer at most, and other threads may have others.
//
// The functions fail with kCapture, saying who it is and what to try. Another heapsnap is done in a
// moment (passing_state.h); it is told by its name. Each thread takes some 15 us.
#pragma once

#include <sys/types.h>

#include "libsnapshot/result.h"

namespace heapsnap {

Result<void> check_tracer(pid_t pid, pid_t thread);
Result<void> check_tracers(pid_t pid);  // of all its threads, but of 1,000 at most

}  // namespace heapsnap
