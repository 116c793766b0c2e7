// Whether a process that has seccomp filters may be made to make system calls of ours.
//
// A filter can answer a call that it does not want by killing the process, and there is no way to
// ask it beforehand without rights over the whole system. So nothing is tried where it is not
// known: refused, with what to try.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "agent/attach/process_status.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct CallPermission {
  std::uint64_t options = 0;  // of ptrace: none; or that of suspending filters (CAP_SYS_ADMIN)
  int filters = 0;            // that the thread may have: they let our calls pass

  // Whether it holds for a thread that is stopped: a filter may have come since it was looked at.
  bool holds_for(const ProcessStatus& thread) const;
};

// As the main thread is now. Fails with kCapture.
Result<CallPermission> permission_under_seccomp(pid_t pid);

}  // namespace heapsnap
