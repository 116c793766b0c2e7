// HeldSignals holds signals back while this thread traces; afterwards all is as it was, and what
// came meanwhile comes.
//
// SIGCHLD: waits for tracees are by it (tracee.h), also where we were started with it ignored, as
// by `trap '' CHLD` in a shell. Those that would stop us (Ctrl-Z): the target stands as long as we.
#pragma once

#include <csignal>

namespace heapsnap {

class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  void (*action_)(int);
  sigset_t earlier_;
};

}  // namespace heapsnap
