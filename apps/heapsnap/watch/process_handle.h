// ProcessHandle is one process, and not whichever has its pid by and by: it stays the one that it
// was when it ends and another one is given its pid.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

namespace heapsnap {

class ProcessHandle {
 public:
  // Nothing: there is no such process, or none can be had. errno tells why.
  static std::optional<ProcessHandle> open(pid_t pid);

  ProcessHandle(ProcessHandle&& other) noexcept;
  ProcessHandle& operator=(ProcessHandle&& other) noexcept;
  ~ProcessHandle();

  pid_t pid() const { return pid_; }
  int fd() const { return fd_; }  // readable when the process has ended
  // Waits for it for so long, if it has not.
  bool has_ended(std::chrono::milliseconds within = std::chrono::milliseconds(0)) const;

 private:
  ProcessHandle(pid_t pid, int fd) : pid_(pid), fd_(fd) {}

  pid_t pid_;
  int fd_;
};

}  // namespace heapsnap
