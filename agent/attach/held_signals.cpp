#include "agent/attach/child_signal.h"

namespace heapsnap {

ChildSignalHeld::ChildSignalHeld() : action_(std::signal(SIGCHLD, SIG_DFL)) {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &child, &earlier_);
}

ChildSignalHeld::~ChildSignalHeld() {
  pthread_sigmask(SIG_SETMASK, &earlier_, nullptr);
  std::signal(SIGCHLD, action_);
}

}  // namespace heapsnap
