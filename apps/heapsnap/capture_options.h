// What the user asked of the commands that capture running processes, as it was typed, besides what
// is as for `run`.
#pragma once

#include <string>

namespace heapsnap {

struct CaptureOptions {
  int pid = 0;
  std::string core;  // instead of a process
  std::string exe;   // of the core
  bool tree = false;     // its Python children too
  std::string name;      // of the process, instead of its pid; may have wildcards
  std::string max_disk;  // a size; empty: not asked
  std::string method = "auto";
  std::string mode = {};
  std::string timeout = "10s";
};

}  // namespace heapsnap
