#include "agent/attach/held_signals.h"

#include <initializer_list>

namespace heapsnap {

HeldSignals::HeldSignals() : action_(std::signal(SIGCHLD, SIG_DFL)) {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : {SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU}) sigaddset(&held, signal);
  pthread_sigmask(SIG_BLOCK, &held, &earlier_);
}

HeldSignals::~HeldSignals() {
  pthread_sigmask(SIG_SETMASK, &earlier_, nullptr);
  std::signal(SIGCHLD, action_);
}

}  // namespace heapsnap
