// FrozenCopy is a copy of a process, made by one `clone` that the process is made to call, while
// all of its threads stand still. It has one thread, which never runs the process's own code: it
// stands where it was made, and does what the tracer says.
//
//     Result<FrozenCopy> copy = FrozenCopy::make(python, stopped, place, latest, made);
//     ...                                        // the stop is over
//     copy->end();                               // and reaped: nothing is left
//
// The clone has no exit signal: no SIGCHLD, waitpid(-1) does not see the copy, no handlers around
// a fork run. The copy is killed by the kernel if this process dies.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>

#include "agent/attach/python_process.h"
#include "agent/attach/return_chain.h"
#include "agent/attach/seccomp.h"
#include "agent/attach/stopped_process.h"
#include "agent/attach/tracee.h"
#include "agent/attach/workplace.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct CopyOrders {
  Clock::time_point latest;         // to have made it
  std::function<void(pid_t)> made;  // told its pid as soon as there is one
  std::function<bool()> wanted;     // asked now and then: false gives it up
};

class FrozenCopy {
 public:
  // Of a process that is stopped; it is released as soon as the copy stands, and has let go of its
  // descriptors. If its clone takes until the latest, or waits, all threads but that which makes it
  // are let go, and there is none. Fails with kCapture.
  static Result<FrozenCopy> make(const PythonProcess& python, StoppedProcess& stopped,
                                 const Workplace& place, const CopyOrders& orders);

  FrozenCopy(FrozenCopy&& other) noexcept;
  FrozenCopy& operator=(FrozenCopy&&) = delete;
  ~FrozenCopy() { end(); }

  pid_t pid() const { return thread_.id(); }
  const Tracee& thread() const { return thread_; }
  const Registers& registers() const { return registers_; }  // as it was made

  // Lets the copy make a system call; -errno if it fails. Fails if the copy ends.
  Result<long> call(const SystemCall& call) { return this->call(call, nullptr); }

  // Kills it and has its parent reap it. Returns how long the parent's thread stood still for that.
  std::chrono::nanoseconds end();

 private:
  FrozenCopy(pid_t parent, pid_t pid, const Workplace& place)
      : parent_(parent), thread_(pid), place_(place) {}

  struct Making {
    StoppedProcess& process;  // waits for the copy, but not for long
    Clock::time_point soon;
    const CopyOrders& orders;
  };

  Stop wait(const Making* making) const;
  Result<long> call(const SystemCall& call, const Making* making);
  Result<void> settle(const Making& making, Address name);
  Result<void> drop_descriptors(const Making& making);
  bool await_end() const;
  tl::unexpected<Error> lost(const Stop& stop) const;

  pid_t parent_;
  Tracee thread_;
  Workplace place_;
  bool is_there_ = true;
  Registers registers_ = {};
};

// Kills a copy that is not traced any more, and has its parent reap it.
void end_copy(pid_t parent, pid_t copy);

// Has a process reap dead copies of captures that were killed together with all that could have
// done so.
void reap_dead_copies(pid_t parent, CallPermission permission);

}  // namespace heapsnap
