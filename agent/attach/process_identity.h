// ProcessIdentity tells whether a pid still stands for the same process, with the same program in
// it: a pid is given again, and a process may replace its program (exec) between two looks.
//
//     const ProcessIdentity before = identity_of(pid);
//     ...                                   // the process is stopped
//     if (identity_of(pid) != before) ...   // what is known of its memory is not true any more
//
// It is when the process started, and its auxiliary vector, which the kernel makes for each program
// anew: where it was loaded, where its random bytes lie. Two files are read, in some 20 us.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace heapsnap {

struct ProcessIdentity {
  std::uint64_t started = 0;  // 0: there is no such process
  std::string auxiliary = {};

  bool has_memory() const { return !auxiliary.empty(); }  // else it ends, or may not be looked at
  bool is_changing() const;  // one program has gone, the other is not there yet

  bool operator==(const ProcessIdentity&) const = default;
};

ProcessIdentity identity_of(pid_t pid);

}  // namespace heapsnap
