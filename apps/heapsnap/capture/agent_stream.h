// AgentStream is where an agent in a process that we have asked sends its snapshot to.
//
//     Result<AgentStream> stream = AgentStream::open(name, pid);
//     ...                                          // ask: a signal, for instance
//     if (stream->is_heard(timeout)) ...           // the agent is about to capture
//     const Result<Captured> captured = stream->write(orders, names);
//
// The snapshot is sent by a copy of the process, its child. Connections of others are refused
// (run/listener.h).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "apps/heapsnap/capture/methods.h"
#include "apps/heapsnap/run/listener.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class AgentStream {
 public:
  static Result<AgentStream> open(const std::string& name, pid_t pid);

  const std::string& address() const { return listener_.address(); }

  // Whether the agent said within that time that it has heard us. Fails with kCapture if it says
  // that it cannot capture, and as soon as its process has ended.
  Result<bool> is_heard(std::chrono::milliseconds timeout);

  // After that. Fails with kCapture, also if nothing comes within orders.timeout, or soon after the
  // process has ended: its copy may live on.
  Result<Captured> write(const CaptureOrders& orders, SnapshotNames& names);

 private:
  AgentStream(Listener listener, pid_t pid) : listener_(std::move(listener)), pid_(pid) {}

  std::optional<Connection> next(std::chrono::steady_clock::time_point deadline);

  Listener listener_;
  pid_t pid_;
};

}  // namespace heapsnap
