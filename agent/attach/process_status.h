// What /proc/PID/status says of a process or a thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace heapsnap {

struct ProcessStatus {
  std::string name = {};       // up to 15 characters
  char state = '?';            // R, S, D, T, t, Z, ...
  int tracer = 0;              // pid; 0: none
  int own_pid = 0;             // its pid as it sees it itself, in a container; 0: not said
  std::uint32_t user = 0;      // effective
  int seccomp = 0;             // 0: off, 1: strict, 2: filters
  int seccomp_filters = -1;    // how many; -1: not said (before Linux 5.9)
  std::uint64_t page_tables = 0;     // bytes; 0: not said
  std::uint64_t blocked = 0;         // signals: bit 0 is signal 1
  std::uint64_t handled = 0;         // those that have a handler
  std::uint64_t pending = 0;         // of the thread or the whole process
  std::uint64_t shared_pending = 0;  // of the whole process alone

  bool has_ended() const { return state == 'Z' || state == 'X'; }  // its parent may not know yet
};

ProcessStatus parse_status(std::string_view text);

}  // namespace heapsnap
