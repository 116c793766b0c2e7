// Which methods of capturing would work with a process, as far as that can be told by looking.
//
// A line for each method of methods.h: whether it traces the process, and what else it needs.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "agent/attach/process_maps.h"
#include "agent/attach/python_process.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// `python`: what is to be traced, or why it cannot be. `why` is said if there are no methods.
void check_methods(pid_t pid, const Result<PythonProcess>& python,
                   const std::vector<MappedRange>& maps, std::vector<std::string>& methods,
                   std::string& why);

// Whether an agent in the process shows a signal that asks it.
bool shows_agent(const std::vector<MappedRange>& maps);

}  // namespace heapsnap
