// What /proc/PID/stat says of a process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heapsnap {

struct ProcessStat {
  std::string name = {};       // up to 15 characters
  char state = '?';            // R, S, D, T, t, Z, ...
  int parent = 0;
  int exit_signal = 0;         // that its parent gets; 0: none, which no fork() leaves
  std::uint64_t started = 0;   // in ticks since the system began
};

std::optional<ProcessStat> parse_stat(std::string_view text);

}  // namespace heapsnap
