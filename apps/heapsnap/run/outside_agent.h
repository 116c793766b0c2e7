// OutsideAgent sends the snapshot of a process that it is no part of, as an agent in that process
// would: by a remote fork (agent/attach/tracer.h).
//
//     Result<OutsideAgent> outside = OutsideAgent::start(texts);   // while we have one thread
//     const auto connection = outside->ask(pid);
//     ... a snapshot comes on it, or a line that says why none does: see receiver.h ...
//
// It is a process of ours, because what captures must have one thread, and `run` has many by the
// time that somebody is due. Each capture is made by a child of it, so several may be under way. If
// we close a connection, or die, that capture ends, and the process goes on.
#pragma once

#include <sys/types.h>

#include <optional>

#include "agent/attach/snapshot_facts.h"
#include "apps/heapsnap/run/listener.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class OutsideAgent {
 public:
  // `texts`: what text the snapshots may hold. Fails with kCapture.
  static Result<OutsideAgent> start(const TextOrders& texts);

  OutsideAgent(OutsideAgent&& other) noexcept;
  OutsideAgent& operator=(OutsideAgent&&) = delete;
  ~OutsideAgent();

  // Does not wait for anything. None: the system refuses; errno tells why.
  std::optional<Connection> ask(pid_t pid) const;

 private:
  OutsideAgent(pid_t process, int requests) : process_(process), requests_(requests) {}

  pid_t process_;
  int requests_;  // a socket on which it takes them
};

}  // namespace heapsnap
