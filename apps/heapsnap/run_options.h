// What the user asked of `heapsnap run`, as it was typed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace heapsnap {

struct RunOptions {
  std::vector<std::string> program;  // the command line after our own flags, "--" removed

  std::string output;     // a name with variables; empty: the default
  std::vector<std::string> at;         // "exit"
  std::vector<std::string> on;         // "memoryerror"
  std::vector<std::string> on_signal;  // names of signals
  std::string on_rss;     // a size; empty: not asked
  std::string every;      // a duration; empty: not asked
  std::size_t keep = 0;   // files of each process; 0: all
  bool children = false;
  std::string strings = "keys";
  std::vector<std::string> labels;  // "K=V"
  int level = 3;          // of compression
};

}  // namespace heapsnap
