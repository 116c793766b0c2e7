// What /proc says of a process's memory, for a snapshot that is made from outside: what the walker
// writes of its own process, where it can (agent/walk/process_files.h).
#pragma once

#include <sys/types.h>

#include <vector>

#include "libsnapshot/records.h"

namespace heapsnap {

std::vector<MemoryRecord> process_files(pid_t pid);

}  // namespace heapsnap
