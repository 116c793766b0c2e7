// The files of /proc/PID, read whole.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/attach/process_maps.h"
#include "agent/attach/process_stat.h"
#include "agent/attach/process_status.h"

namespace heapsnap {

// The text of /proc/PID/NAME. Nothing if it cannot be read, or is no regular file: errno tells why.
std::optional<std::string> read_proc(pid_t pid, const std::string& name);

// What a symbolic link there says; empty if it cannot be read.
std::string link_of(pid_t pid, const std::string& name);

std::optional<ProcessStat> stat_of(pid_t pid);
std::optional<ProcessStatus> status_of(pid_t pid);
std::optional<ProcessStatus> status_of_thread(pid_t pid, pid_t thread);
std::optional<std::vector<MappedRange>> maps_of(pid_t pid);

std::vector<pid_t> all_processes();         // that can be seen, by pid
std::vector<pid_t> threads_of(pid_t pid);   // none if there is no such process
std::vector<pid_t> children_of(pid_t pid);  // none if the kernel does not list them

}  // namespace heapsnap
