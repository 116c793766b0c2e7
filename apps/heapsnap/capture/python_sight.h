// PythonSight is what can be told of a Python process by looking at it: which Python it runs, and
// which methods of capturing would work. It is not stopped, and nothing in it is changed: /proc and
// its memory are read.
//
//     const Sights seen = look_at_all();
//     for (const PythonSight& python : seen.pythons) ...      // by pid
//
// A process is Python if a file that it has mapped defines _PyRuntime (CPython 3.7 and later).
// Where its memory must not be read, names of its files or the first word of its command line tell,
// and where neither can be read it is only counted. A copy of a process that was made to be read is
// none. What will happen is not promised: a limit on processes, or a tracer that comes meanwhile,
// shows in a capture only.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/heapsnap/capture/methods.h"

namespace heapsnap {

struct PythonSight {
  pid_t pid = 0;
  pid_t own_pid = 0;          // as it sees it itself, in a container
  std::uint32_t user = 0;     // effective
  std::string version = {};   // "3.11.7"; "3.11" by the name of a file; empty: unknown
  std::vector<std::string> words = {};  // of its command line
  PossibleMethods possible = {};
};

struct Sights {
  std::vector<PythonSight> pythons = {};
  std::size_t hidden = 0;  // processes that could be Python for all that can be seen
};

Sights look_at_all();  // but this process

// Nothing: it is no Python, or not there. `hidden` is set if that could not be told.
std::optional<PythonSight> look_at(pid_t pid, bool* hidden = nullptr);

}  // namespace heapsnap
