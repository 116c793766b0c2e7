// Workplace is what has to be known of a process before it is stopped, to make a thread of it call
// something for us.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "agent/attach/code_sites.h"
#include "agent/attach/process_identity.h"
#include "agent/attach/process_maps.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Workplace {
  pid_t pid = 0;
  ProcessIdentity identity = {};
  std::vector<MappedRange> maps = {};
  CodeSites sites = {};
  std::uint64_t options = 0;  // of ptrace
};

// Fails with kCapture.
Result<Workplace> find_workplace(pid_t pid, std::uint64_t options);

// Of a process that is stopped: whether all of that is still true. Fails with kCapture.
Result<void> check_workplace(const Workplace& place);

}  // namespace heapsnap
