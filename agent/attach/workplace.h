// Workplace is what has to be known of a process before it is stopped, to make a thread of it call
// something for us.
#pragma once

#include <sys/types.h>

#include <vector>

#include "agent/attach/code_sites.h"
#include "agent/attach/process_identity.h"
#include "agent/attach/process_maps.h"
#include "agent/attach/seccomp.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Workplace {
  pid_t pid = 0;
  ProcessIdentity identity = {};
  std::vector<MappedRange> maps = {};
  CodeSites sites = {};
  CallPermission permission = {};
};

// Fails with kCapture.
Result<Workplace> find_workplace(pid_t pid, CallPermission permission);

// Whether all of that is still true for a thread that is stopped. Fails with kCapture.
Result<void> check_workplace(const Workplace& place, pid_t thread);

}  // namespace heapsnap
