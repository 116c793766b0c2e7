// Listener is the socket on which the agents in the program's processes report to `run`.
//
// It is an abstract unix socket of a random name: no file to be left behind, and the same from
// inside a chroot. Names of such sockets are no secret, so who connects is checked: the program
// itself, or a process of this user.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "libsnapshot/result.h"

namespace heapsnap {

struct Connection {
  int fd = -1;
  pid_t pid = 0;  // of the process that connected
};

class Listener {
 public:
  static Result<Listener> open();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int fd() const { return fd_; }  // readable when somebody connects
  const std::string& address() const { return address_; }  // "unix:@NAME"

  // The next connection that is waiting, if any. Does not block.
  std::optional<Connection> accept(pid_t program) const;

 private:
  Listener(int fd, std::string address) : fd_(fd), address_(std::move(address)) {}
  int fd_;
  std::string address_;
};

}  // namespace heapsnap
