// Program is what `run` starts: a command line, resolved to the file to be executed.
//
// A Python script, or a folder or archive that Python can run, stands for `python3 SCRIPT`.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "apps/heapsnap/run/signals.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Program {
  std::string path;                    // of the executable
  std::vector<std::string> arguments;  // argv
  std::string name;                    // "app" of `python app.py`: for file names
  bool python_added = false;           // the user gave a script only
};

// What the interpreter of a command line runs: `app` of `python -X dev app.py`.
std::string program_name(const std::vector<std::string>& words);

// Fails with kCapture if there is no such program, or it cannot be executed.
Result<Program> resolve_program(const std::vector<std::string>& words);

using Environment = std::vector<std::string>;  // "NAME=value"

// The environment of this process, with some variables set.
Environment environment_with(const Environment& settings);

// Starts the program in a process of its own, which gets this mask of signals. SIGCHLD is ignored
// there if it is one of those that were ignored. At all other signals it does what this process
// does.
Result<pid_t> start_program(const Program& program, const Environment& environment,
                            const InheritedSignals& signals);

}  // namespace heapsnap
