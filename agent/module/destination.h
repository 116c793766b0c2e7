// Destination is where a snapshot's stream goes: a new file, or an abstract unix socket.
//
//     if (output.open("app.hsnap", pid, n)) ...  // creates app.hsnap.PID-N.part, mode 0600
//     write(output.descriptor(), ...)
//     output.commit()                           // gives it its name; overwrites nothing
//     output.discard()                          // removes it
//
// Uses only raw system calls and its own memory. What failed is failure(), with the errno.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/module/captures.h"

namespace heapsnap {

class Destination {
 public:
  // `number` tells this process's outputs from each other.
  bool open(const char* path, int process, unsigned number);
  int descriptor() const { return descriptor_; }
  std::uint64_t room() const;  // bytes that fit, as far as the system says

  bool commit();
  // With a `why`, a reader at the other end of a socket is sent the line "PREFIX: WHY".
  void discard(const char* prefix = nullptr, const char* why = nullptr);

  Failure failure() const { return failure_; }
  int error() const { return error_; }

 private:
  bool open_file(int process, unsigned number);
  bool connect(const char* name);
  bool fail(Failure failure, long result);
  void close();

  static constexpr std::size_t kPathMax = 4096;
  static constexpr std::size_t kSuffixMax = 32;

  char path_[kPathMax];
  char temporary_[kPathMax + kSuffixMax];
  int descriptor_ = -1;
  bool is_socket_ = false;
  Failure failure_ = Failure::kNone;
  int error_ = 0;
};

// Sends a line to whoever listens at "unix:@NAME"; false: nobody does.
bool send_line(const char* address, const char* line);

}  // namespace heapsnap
