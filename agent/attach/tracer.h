// Tracer is the process that captures on our behalf: a child of this one with a session of its
// own, which ends what it began whatever becomes of us.
//
//     Result<Tracer> tracer = Tracer::start(orders);
//     ... read tracer->stream() to its end ...
//     const Result<ForkOutcome> outcome = tracer->finish();
//
// If we are killed, it sees that nobody reads, ends the copy, has it reaped, and ends. If it is
// killed itself, the kernel kills the copy with it, the process that was captured goes on where it
// was (return_chain.h), and finish() has the copy reaped.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <utility>

#include "agent/attach/descriptor.h"
#include "agent/attach/remote_fork.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class Tracer {
 public:
  // Call it while this process has one thread. Fails with kCapture.
  static Result<Tracer> start(const ForkOrders& orders);

  Tracer(Tracer&& other) noexcept;
  Tracer& operator=(Tracer&&) = delete;
  ~Tracer();  // likewise waits, if finish() has not

  // The snapshot's bytes; it ends early if there are none.
  int stream() const { return stream_.fd(); }

  // Waits until nothing is left of it. Once.
  Result<ForkOutcome> finish();

 private:
  using Copy = std::atomic<pid_t>;

  Tracer(pid_t target, pid_t process, Descriptor stream, Descriptor news, Copy* copy)
      : target_(target),
        process_(process),
        stream_(std::move(stream)),
        news_(std::move(news)),
        copy_(copy) {}

  pid_t target_;
  pid_t process_;    // -1: it has been waited for
  Descriptor stream_;
  Descriptor news_;  // what came of it
  Copy* copy_;       // that it made last, in memory that it shares with us
};

}  // namespace heapsnap
