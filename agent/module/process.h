// What /proc says of a process, read by raw system calls into the caller's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace heapsnap {

// Reads a file from its start; empty if it cannot be read, cut off where `room` ends.
std::string_view read_file(const char* path, std::span<char> room);

std::uint64_t start_time_ns(int pid);  // Unix time; 0: cannot be told

// What the interpreter of a Python command line runs: for kScript the path ("-": standard input),
// for kModule the name, which may be missing.
struct PythonScript {
  enum class Kind { kNone, kScript, kModule, kCode } kind = Kind::kNone;
  std::string_view name = {};
};

// Of a command line whose words end in 0 bytes. `name` lies in it.
PythonScript script_of(std::string_view words);

// The program and its script of a Python command line whose words end in 0 bytes, with blanks
// between: "python3 app.py" of `python3 -X dev app.py --user me`. No argument of the script's and
// no code after -c is in it. Writes to `room`.
std::string_view program_and_script(std::string_view words, std::span<char> room);

// The same words, all of them.
std::string_view whole_command_line(std::string_view words, std::span<char> room);

}  // namespace heapsnap
