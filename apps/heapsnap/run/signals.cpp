#include "apps/heapsnap/run/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

namespace heapsnap {
namespace {

// Not held back: errors of our own code, and what stops and continues a job.
constexpr int kLeftAlone[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGTRAP, SIGABRT,
                              SIGSYS,  SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT};

// Held back for good: they tell a writer what `write` returns as well.
constexpr int kIgnored[] = {SIGPIPE, SIGXFSZ};

constexpr int kEnding[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

sigset_t ignored_signals() {
  sigset_t ignored;
  sigemptyset(&ignored);
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action = {};
    const bool known = sigaction(signal, nullptr, &action) == 0;
    if (known && action.sa_handler == SIG_IGN) sigaddset(&ignored, signal);
  }
  return ignored;
}

}  // namespace

Result<ForwardedSignals> ForwardedSignals::hold() {
  sigset_t held;
  sigfillset(&held);
  for (const int signal : kLeftAlone) sigdelset(&held, signal);
  InheritedSignals before;
  before.ignored = ignored_signals();
  pthread_sigmask(SIG_BLOCK, &held, &before.mask);
  std::signal(SIGCHLD, SIG_DFL);
  for (const int signal : kIgnored) sigdelset(&held, signal);
  const int fd = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0) {
    return failure(ErrorCode::kCapture, std::string("cannot watch signals: ") + strerror(errno));
  }
  return ForwardedSignals(fd, before);
}

ForwardedSignals::ForwardedSignals(ForwardedSignals&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), before_(other.before_), interrupted_(other.interrupted_) {}

ForwardedSignals::~ForwardedSignals() {
  if (fd_ >= 0) close(fd_);
}

bool ForwardedSignals::is_ending(int signal) const {
  return std::ranges::find(kEnding, signal) != std::end(kEnding) &&
         sigismember(&before_.ignored, signal) == 0;
}

std::optional<int> ForwardedSignals::forward_next(pid_t program) {
  signalfd_siginfo info = {};
  if (read(fd_, &info, sizeof info) != sizeof info) return std::nullopt;
  const int signal = static_cast<int>(info.ssi_signo);
  const bool from_kernel = info.ssi_code == SI_KERNEL;
  // A hang-up that is not of an ended session goes to the session's leader alone.
  const bool for_us_alone = from_kernel && signal == SIGHUP && getsid(0) == getpid();
  const bool from_program = static_cast<pid_t>(info.ssi_pid) == program;
  interrupted_ = interrupted_ || (from_kernel && signal == SIGINT);
  // Nor does what is typed at the terminal reach who has left our process group.
  const bool is_with_us = getpgid(program) == getpgrp();
  const bool has_it = from_program || (from_kernel && !for_us_alone && is_with_us);
  if (signal != SIGCHLD && program > 0 && !has_it) kill(program, signal);
  return signal;
}

}  // namespace heapsnap
