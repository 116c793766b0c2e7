// PythonProcess is what can be known of a running CPython without stopping it: its version, and
// where the walk starts from. It is read from /proc and from the process's memory.
//
// Files are not opened but for builds that do not export _PyRuntime, and then as the process sees
// them (/proc/PID/root): so containers, chroots, and programs that were deleted or replaced since
// they started are no matter. What can be refused is refused here, before anything is done.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/attach/foreign_memory.h"
#include "agent/attach/process_identity.h"
#include "agent/attach/process_maps.h"
#include "agent/walk/walk.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct PythonProcess {
  pid_t pid = 0;
  ProcessIdentity identity = {};  // of a process that runs
  Target target = {};           // without a thread
  Address hash_secret = 0;      // _Py_HashSecret
  bool debug_build = false;
  Address collecting = 0;       // an int that is 1 while the collector runs; 0: not found
  Address collector_on = 0;     // an int that is 1 if it is enabled; 0: not found
};

// Fails with kUnsupported (no Python, or not one that the walker knows), or with kCapture (not
// there, not allowed, traced by another, frozen, still starting), saying what to try. Of other
// threads than the main one it is not seen here whether they are traced (other_tracer.h).
Result<PythonProcess> find_python(pid_t pid);

// The same of memory that need not be of a process that runs. `whose` begins the errors' messages:
// "process 4711". `pid`: whose files may be opened; 0: none.
Result<PythonProcess> find_python_in(const ForeignMemory& memory,
                                     const std::vector<MappedRange>& maps, pid_t pid,
                                     const std::string& whose);

// Whether the collector runs now; what cannot be read does not.
bool is_collecting(const PythonProcess& python);
bool is_collecting(const PythonProcess& python, const ForeignMemory& memory);

// That it has ended, or never was; and that it is another process, or another program in it, than
// the one that was found.
Error gone(pid_t pid);
Error replaced(pid_t pid);

// What went wrong with it: that, if it is so; else the error.
Error or_replaced(const PythonProcess& python, const Error& error);

// Whether it is enabled (gc.isenabled()), if that can be told.
std::optional<bool> collector_is_on(const PythonProcess& python, const ForeignMemory& memory);

// Why a process cannot be traced or read, from errno: one line, with what to try. The tracers of
// its threads are looked at.
Error cannot_trace(pid_t pid, int error);

}  // namespace heapsnap
