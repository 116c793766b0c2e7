// Receiver takes what the agents send on their connections: snapshots, which it writes to files,
// and lines of text. Each connection has a thread; a few of them write at a time, the others let
// their senders wait, so memory is bounded. So is the number of threads, as long as nobody calls
// receive() while is_full().
//
// A connection brings one thing, told by its first byte: a snapshot's stream (docs/format.md), or
// one of the lines
//
//     hello: PID          the agent stands in the process, or
//     hello: PID tracemalloc    it does, and the process records where it allocates
//     failed: WHY         a snapshot was to be taken, and could not
//     unsupported: WHY    the agent cannot stand in this process
//
// From outside (outside_agent.h) come a stream or one of the last two; who cannot be captured so is
// left to Triggers.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "apps/heapsnap/run/capture_order.h"
#include "apps/heapsnap/run/distributions.h"
#include "apps/heapsnap/run/listener.h"
#include "apps/heapsnap/run/snapshot_file.h"
#include "apps/heapsnap/run/snapshot_names.h"
#include "apps/heapsnap/run/triggers.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Arrival {
  enum class Kind { kHello, kUnsupported, kFailed, kNoMemory, kSnapshot, kNothing };
  Kind kind = Kind::kHello;
  pid_t pid = 0;          // whose heap it is about
  std::string text;       // why, of kUnsupported and kFailed
  WrittenSnapshot snapshot;
};

class Receiver {
 public:
  Receiver(SnapshotNames& names, Triggers& triggers, SnapshotSettings settings);
  ~Receiver();  // waits for what is being received
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void receive(const Connection& connection);
  void receive_outside(const Connection& connection, Cause cause);  // of a process that was due
  bool is_full();  // enough is being received: others wait to be accepted

  int fd() const { return event_; }  // readable when there are arrivals
  std::vector<Arrival> arrivals();   // those since the last call, in order
  std::size_t lost();                // for which there was no memory, since the last call
  std::size_t in_progress();         // connections whose arrival is still to come
  void give_up();                    // cuts off what is being received

 private:
  // Of a connection that is being received.
  struct Received {
    Connection connection;
    CaptureOrder::Place place = CaptureOrder::kNowhere;
    Cause outside = Cause::kNone;  // why the process is captured from outside; none: it is not
  };

  void begin(const Connection& connection, Cause outside);
  std::string start_serving(Received& from);
  void serve(Received from);
  void arrive(Arrival arrival, const Received& from);
  pid_t owner_of(const Connection& connection);
  Arrival take(const Received& from);
  Arrival take_outside(const Received& from);
  Arrival take_snapshot(const Received& from, pid_t pid, Cause asked_for);
  class Writing;  // a turn to write

  SnapshotNames& names_;
  Triggers& triggers_;
  const SnapshotSettings settings_;
  Distributions distributions_;
  CaptureOrder order_;
  int event_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<int> open_;  // connections being received
  std::size_t writing_ = 0;
  std::vector<Arrival> arrivals_;
  std::size_t lost_ = 0;
};

}  // namespace heapsnap
