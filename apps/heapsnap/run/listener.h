// Listener is the socket on which the agents in the program's processes report to `run`.
//
// It is an abstract unix socket of a random name: no file to be left behind, and the same from
// inside a chroot. The name tells the network namespace that it is of, heapsnap-INODE-RANDOM: so
// agents that do not reach it know whether it has gone or they are elsewhere.
//
// Names of such sockets are no secret (/proc/net/unix), so who connects is checked: a process of
// this user, or one that descends from a process known to be the program's, which may have become
// another user. Nobody becomes a descendant of the program's but by being started by it, and the
// kernel says who connects: so nothing need be kept secret or sent first, and a stranger is
// refused without a byte of his being read. Being root is no reason to trust others: they could
// have files written.
//
// The price: a snapshot is sent by a copy of the process, its child. If a process that has become
// another user ends by os._exit or a signal before its copy has connected, the copy has lost what
// it descends from, and is refused.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
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
  // Of a name by which the agent looks for it. Fails with kCapture if it is too long for a socket.
  static Result<Listener> open_as(const std::string& name);
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int fd() const { return fd_; }  // readable when somebody connects
  const std::string& address() const { return address_; }  // "unix:@NAME"

  // The next connection of whom we trust that is waiting, if any. Does not block. `is_ours` says
  // of a process whether it is known to be the program's.
  std::optional<Connection> accept(const std::function<bool(pid_t)>& is_ours);

  std::size_t refused() const { return refused_; }  // connections of others

 private:
  Listener(int fd, std::string address) : fd_(fd), address_(std::move(address)) {}
  int fd_;
  std::string address_;
  std::size_t refused_ = 0;
};

}  // namespace heapsnap
