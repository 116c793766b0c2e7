// What /proc says about a process: its family, its user, its memory, which signals it takes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace heapsnap {

std::optional<std::uint64_t> resident_bytes(pid_t pid);  // none: no such process

pid_t parent_of(pid_t pid);  // 0: no such process

struct Relative {
  pid_t pid = 0;
  pid_t parent = 0;
};

// The process and those that it started, directly or not, as long as those between are there: each
// after its parent, the process itself first. Not those that have ended, and not copies that were
// made to be read, which have no exit signal.
std::vector<Relative> family_of(pid_t pid);

std::vector<pid_t> descendants_of(pid_t pid);  // of its family all but itself

std::optional<uid_t> user_of(pid_t pid);  // the effective one; none: no such process

bool is_running(pid_t pid);  // it has not ended, whether or not its parent has noticed

// Whether the process has a handler for the signal now, and none of it is waiting to be taken.
// A signal must not be sent otherwise: its default action would end the program.
bool takes_signal(pid_t pid, int signal);

}  // namespace heapsnap
