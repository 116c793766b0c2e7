// What the control groups (cgroups) of a process say of it: whether they hold it frozen, as a
// paused container's do, and how much memory they leave it.
//
// Version 2 and the controllers of version 1 are known. A group's folder is looked for where we see
// it mounted, which is where those above it are too, then where the process itself does, as that of
// a container next to ours. What cannot be seen says nothing: not frozen, no limit. Costs a few
// small files of /proc and of each group.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libsnapshot/result.h"

namespace heapsnap {

// Where a group is: below a folder that a hierarchy is mounted at.
struct GroupFolder {
  std::string mount = {};
  std::string group = {};  // begins with '/', or is empty: the mounted one itself
};

// Of the texts of /proc/PID/mountinfo and /proc/PID/cgroup; `controller` is one of version 1, empty
// for version 2. Nothing if there is none, or if it is not below what is mounted.
std::optional<GroupFolder> find_group(std::string_view mounts, std::string_view groups,
                                      std::string_view controller);

// That the process is not frozen, by its group or one above it: no thread of it could be stopped,
// or made to go on. Fails with kCapture.
Result<void> check_frozen(pid_t pid);

// Bytes that its group, and those above it, let it have beyond those that it has: free ones, and
// what the kernel gives back before it ends a process (pages of files). Nothing: no limit.
std::optional<std::uint64_t> memory_room(pid_t pid);

// That there is as much of that as a copy needs at least. Fails with kCapture.
Result<void> check_memory_room(pid_t pid);

}  // namespace heapsnap
