// InjectedCall makes a stopped thread make one system call for us, and puts it back as it was:
// registers, signal mask, stack. If this process dies at any instant of it, the thread finds its
// own way back (see return_chain.h).
//
//     Result<InjectedCall> call = InjectedCall::prepare(thread, place);
//     const Result<long> result = call->run({SYS_wait4, {child, 0, WNOHANG | __WALL, 0}});
//
// The thread must be stopped as StoppedProcess leaves it. All signals wait while it is away; one
// that cannot wait, SIGSTOP, is sent again when it is back.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "agent/attach/return_chain.h"
#include "agent/attach/tracee.h"
#include "agent/attach/workplace.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class InjectedCall {
 public:
  // Reads the thread's state. Fails with kCapture, also if its process runs another program by now
  // than the one whose place this is.
  static Result<InjectedCall> prepare(Tracee thread, const Workplace& place);

  // Where the thread goes after its call, if nobody is there to put it back.
  ReturnChain& chain() { return chain_; }

  // That its stack is not the one that the main thread began with, which ends at nobody's memory,
  // but a block that others may have theirs next to. While they run, they lose what they write
  // there.
  bool is_on_block() const { return stack_end_ != 0; }

  // Makes the call from the chain as it stood at `stack`: start() by default. Returns what the
  // call did: -errno if it failed. `options` are of ptrace, while it lasts.
  Result<long> run(const SystemCall& call, Address stack = 0, std::uint64_t options = 0);

  // Of run(), apart, so that what happens between them can be tested.
  Result<void> leave(const SystemCall& call, Address stack, std::uint64_t options);
  Result<long> make();
  Result<void> come_back();

  // Told, once, if the call waits for something, or has not returned at `latest`: it may be for one
  // of those whom we hold that it waits. What it then does in the next seconds still counts.
  void on_late(Clock::time_point latest, std::function<void()> told) {
    latest_ = latest;
    on_late_ = std::move(told);
  }
  bool is_late() const { return late_; }

  pid_t child() const { return child_; }  // that the call made, as we see its pid; 0: none
  // Told of the child before the thread comes back.
  void on_child(std::function<void(pid_t)> told) { on_child_ = std::move(told); }

 private:
  InjectedCall(pid_t pid, Tracee thread, const Registers& own, std::uint64_t mask,
               ReturnChain chain)
      : pid_(pid), thread_(thread), own_(own), mask_(mask), chain_(std::move(chain)) {}

  bool is_room() const;
  bool is_to_continue() const;
  tl::unexpected<Error> give_up();
  Stop wait_for_stop();
  Result<Stop> next_stop();

  pid_t pid_;
  Tracee thread_;
  Registers own_;
  std::uint64_t mask_;
  ReturnChain chain_;
  Address stack_end_ = 0;  // the lowest address that the stack can have
  std::vector<std::uint8_t> overwritten_;
  pid_t child_ = 0;
  std::function<void(pid_t)> on_child_ = [](pid_t) {};
  Clock::time_point latest_ = Clock::time_point::max();
  std::function<void()> on_late_ = [] {};
  bool late_ = false;
  bool stop_later_ = false;  // SIGSTOP came meanwhile
};

}  // namespace heapsnap
