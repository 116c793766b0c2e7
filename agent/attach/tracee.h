// Tracee is one thread of another process that this thread traces: a thin layer over ptrace.
//
//     if (Tracee::seize(tid, 0) != 0) ...
//     const Tracee thread(tid);
//     thread.interrupt();
//     const Stop stop = thread.wait(deadline);      // where it stands, or that it has gone
//     thread.detach();
//
// SIGCHLD must be blocked in this thread: waits with a deadline are by it. A tracee that is not
// detached stays traced until this thread ends; nothing here is automatic.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <chrono>
#include <cstdint>
#include <vector>

namespace heapsnap {

using Clock = std::chrono::steady_clock;
using Registers = user_regs_struct;

struct Stop {
  enum class Kind {
    kRunning,   // it has not stopped within the time
    kStopped,   // by interrupt(), or with its group; or a new one for the first time
    kSignal,    // before a signal is delivered
    kSystemCall,  // at the entry or the exit of one
    kEvent,     // PTRACE_EVENT_CLONE and the like: `number`
    kGone,      // it has ended: `number` is the signal, 0 if there was none
  };
  Kind kind = Kind::kRunning;
  int number = 0;
};

// Until a child of ours, or a tracee, has stopped or ended, or the time is over.
void await_child(Clock::duration time);

class Tracee {
 public:
  // Begins to trace it, and does not stop it. Returns 0, or errno.
  static int seize(pid_t thread, std::uint64_t options);

  explicit Tracee(pid_t thread) : thread_(thread) {}

  pid_t id() const { return thread_; }

  bool interrupt() const;
  Stop wait(Clock::time_point deadline) const;
  bool set_options(std::uint64_t options) const;
  // Lets it go on, up to the next system call's entry or exit if so asked.
  bool go_on(int signal = 0) const;
  bool go_on_to_system_call() const;
  bool detach(int signal = 0) const;

  bool registers(Registers& registers) const;
  bool set_registers(const Registers& registers) const;
  bool signal_mask(std::uint64_t& mask) const;
  bool set_signal_mask(std::uint64_t mask) const;
  std::vector<std::uint8_t> extended_state() const;  // XSAVE's, uncompacted; empty: none
  std::uint64_t event_message() const;
  // Where the kernel looks for its restartable sequence (rseq(2)); 0: nowhere, or it is not told.
  std::uint64_t sequence_area() const;
  // Whether a word can be read there. As a debugger reads it, which makes a stack grow to there.
  bool touch(std::uint64_t address) const;

 private:
  pid_t thread_;
};

}  // namespace heapsnap
