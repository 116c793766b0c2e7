// Whether a method of capturing (methods.h) would work with a process, as far as that can be told
// by looking at it.
//
// Each check fails with kCapture or kUnsupported, saying what to try.
#pragma once

#include <sys/types.h>

#include <vector>

#include "agent/attach/process_maps.h"
#include "agent/attach/python_process.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Looks {
  pid_t pid;
  const Result<PythonProcess>& python;  // what is to be traced, or why it cannot be
  const std::vector<MappedRange>& maps;
};

Result<void> allows_copy(const Looks& looks);
Result<void> has_agent(const Looks& looks);
Result<void> takes_scripts(const Looks& looks);   // `python` is there
Result<void> allows_tracing(const Looks& looks);  // nothing more than that is needed

// Whether an agent in the process shows a signal that asks it.
bool shows_agent(const std::vector<MappedRange>& maps);

}  // namespace heapsnap
