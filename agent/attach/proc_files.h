// The files of /proc/PID, read whole.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/attach/process_maps.h"
#include "agent/attach/process_status.h"

namespace heapsnap {

// The text of /proc/PID/NAME. Nothing if it cannot be read: errno tells why.
std::optional<std::string> read_proc(pid_t pid, const std::string& name);

std::optional<ProcessStatus> status_of(pid_t pid);
std::optional<ProcessStatus> status_of_thread(pid_t pid, pid_t thread);
std::optional<std::vector<MappedRange>> maps_of(pid_t pid);

std::vector<pid_t> threads_of(pid_t pid);  // none if there is no such process

}  // namespace heapsnap
