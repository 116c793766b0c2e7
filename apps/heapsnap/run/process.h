// What /proc says about a process: its parent, its user, its resident memory, which signals it
// takes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace heapsnap {

std::optional<std::uint64_t> resident_bytes(pid_t pid);  // none: no such process

pid_t parent_of(pid_t pid);  // 0: no such process

// Those that it started, directly or not, as long as those between are there. Not copies of a
// process that were made to be read, which have no exit signal.
std::vector<pid_t> descendants_of(pid_t pid);

std::optional<uid_t> user_of(pid_t pid);  // the effective one; none: no such process

bool is_running(pid_t pid);  // it has not ended, whether or not its parent has noticed

// Whether the process has a handler for the signal now, and none of it is waiting to be taken.
// A signal must not be sent otherwise: its default action would end the program.
bool takes_signal(pid_t pid, int signal);

}  // namespace heapsnap
