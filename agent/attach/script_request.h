// ScriptRequest asks CPython 3.14 and later to execute a Python script in its main thread: what
// sys.remote_exec() does (PEP 768), from outside.
//
//     Result<ScriptRequest> request = ScriptRequest::make(python, "/tmp/script.py");
//     ... wait until what the script does shows ...
//     if (!request->withdraw()) ...            // it has been taken in the meantime
//
// The script's path and a flag are written into the main thread's state while all threads stand
// still. The interpreter looks at the flag between instructions of Python code and where C code
// asks for signals, so a thread that waits in C may never: what is not withdrawn is executed when
// it comes back. _Py_DebugOffsets says where everything is.
#pragma once

#include <string_view>

#include "agent/attach/python_process.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class ScriptRequest {
 public:
  // Whether the process executes scripts at all, as far as can be seen. Fails with kCapture.
  static Result<void> check(const PythonProcess& python);

  // `path`: of a file as the process sees it. Call it in a process that traces nothing else, with
  // SIGCHLD blocked. Fails with kCapture.
  static Result<ScriptRequest> make(const PythonProcess& python, std::string_view path);

  bool is_waiting() const;  // the interpreter has not seen it

  // It waits no longer afterwards. False: it was taken before, or may have been at that instant.
  bool withdraw() const;

 private:
  struct Place {
    Address breaker = 0;  // a word whose bits make the interpreter look
    Address pending = 0;  // an int: a script waits
    Address path = 0;     // room for its path
    std::uint64_t room = 0;
  };

  ScriptRequest(const PythonProcess& python, const Place& place)
      : pid_(python.pid), identity_(python.identity), place_(place) {}

  static Result<Place> find_place(const PythonProcess& python);
  Result<void> write(std::string_view path) const;

  pid_t pid_;
  ProcessIdentity identity_;  // of the program whose memory has that place
  Place place_;
};

}  // namespace heapsnap
