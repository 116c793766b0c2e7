// Whether a process that has seccomp filters may be made to make system calls of ours.
//
// A filter can answer a call that it does not want by killing the process, and there is no way to
// ask it beforehand without rights over the whole system. So nothing is tried where it is not
// known: refused, with what to try.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "libsnapshot/result.h"

namespace heapsnap {

// The ptrace options to trace its threads with: none; or that of suspending filters, where we
// have CAP_SYS_ADMIN. Fails with kCapture.
Result<std::uint64_t> options_under_seccomp(pid_t pid);

}  // namespace heapsnap
