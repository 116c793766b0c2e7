// ForwardedSignals holds back the signals that this process gets, so that it does not die of them
// before the program does, and hands them on to it.
//
// The program begins in our process group. What the kernel sends (Ctrl-C, a change of the
// terminal's size) goes to the whole group, so it is not sent on, but for the hang-up of a session
// that we lead, and to a program that has left the group; what a process sends to us is, but for
// what the program itself sends. Ctrl-Z stops both, and fg continues both.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <optional>

#include "libsnapshot/result.h"

namespace heapsnap {

// What a process does at signals when it is started, which it has from its parent.
struct InheritedSignals {
  sigset_t mask = {};     // held back
  sigset_t ignored = {};
};

class ForwardedSignals {
 public:
  // Call it before there are other threads: they inherit what is held back. If SIGCHLD was ignored,
  // it is not any more: the kernel would not tell us of the program's end.
  static Result<ForwardedSignals> hold();
  ForwardedSignals(ForwardedSignals&& other) noexcept;
  ForwardedSignals& operator=(ForwardedSignals&&) = delete;
  ~ForwardedSignals();  // closes; the signals stay held back

  int fd() const { return fd_; }  // readable when there is a signal
  const InheritedSignals& before() const { return before_; }  // for the program

  // Takes one signal that has come. SIGCHLD and what must not be forwarded are returned but not
  // sent on; `program` 0: there is none to send to.
  std::optional<int> forward_next(pid_t program);

  // Whether the signal is to end us: one by which a user ends programs, unless it was ignored when
  // we were started (nohup). Such a one comes all the same, as it is held back.
  bool is_ending(int signal) const;

  bool interrupted() const { return interrupted_; }  // by Ctrl-C at the terminal

 private:
  ForwardedSignals(int fd, const InheritedSignals& before) : fd_(fd), before_(before) {}
  int fd_;
  InheritedSignals before_;
  bool interrupted_ = false;
};

}  // namespace heapsnap
