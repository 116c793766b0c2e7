// The family of a process: itself, and the processes that it started, directly or not.
#pragma once

#include <sys/types.h>

#include <vector>

namespace heapsnap {

struct Relative {
  pid_t pid = 0;
  pid_t parent = 0;
};

// As it is now: each after its parent, the process itself first.
std::vector<Relative> family_of(pid_t pid);

}  // namespace heapsnap
