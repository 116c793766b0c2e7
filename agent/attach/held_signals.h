// ChildSignalHeld holds SIGCHLD back while this thread traces: waits for tracees are by it
// (tracee.h), also where we were started with it ignored, as by `trap '' CHLD` in a shell.
// Afterwards it is as it was.
#pragma once

#include <csignal>

namespace heapsnap {

class ChildSignalHeld {
 public:
  ChildSignalHeld();
  ~ChildSignalHeld();
  ChildSignalHeld(const ChildSignalHeld&) = delete;
  ChildSignalHeld& operator=(const ChildSignalHeld&) = delete;

 private:
  void (*action_)(int);
  sigset_t earlier_;
};

}  // namespace heapsnap
