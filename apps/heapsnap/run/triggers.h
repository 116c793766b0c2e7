// Triggers decides when a process is asked for a snapshot from outside: in time (--every), and
// when its resident memory crosses a threshold (--on-rss).
//
// To ask is to send a signal that the agent in the process has a handler for: SIGURG, because a
// process may begin to execute another program in the instant after it was looked at, and then
// has no handler. That signal's default is to do nothing. A process that was
// asked, or whose snapshot is being written, is not asked again before that is done, but once: a
// signal that comes as Python is about to wait in a system call is seen after that only, unless
// another one interrupts it. When it is due, its Moments tell. May be used from several threads.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "apps/heapsnap/run/moments.h"

namespace heapsnap {

class Triggers {
 public:
  using Clock = Moments::Clock;

  // A reminder that comes when the process has just begun to answer makes a second snapshot, so it
  // is late: half a second was too early for processes on a busy machine.
  static constexpr std::chrono::seconds kBeforeReminder{5};
  static constexpr std::chrono::seconds kPatience{2};

  static constexpr int kSignal = SIGURG;  // that asks; the agent is told

  explicit Triggers(const MomentRules& rules) : rules_(rules) {}

  bool any() const { return rules_.any(); }

  void add(pid_t pid, Clock::time_point now);  // the agent stands in this process
  bool knows(pid_t pid);
  void ask_who_is_due(Clock::time_point now);

  // How long ask_who_is_due() has nothing to do; none: for ever.
  std::optional<std::chrono::milliseconds> rest(Clock::time_point now);

  Cause answered(pid_t pid);  // a snapshot of the process begins; why it was asked for one
  void finished(pid_t pid);  // it has been written, or given up

  std::size_t running();  // how many of the processes have not ended

  // Processes that were asked kPatience ago, and never answered.
  std::vector<pid_t> unanswered(Clock::time_point now);

 private:
  struct Process {
    Moments moments;
    std::optional<Clock::time_point> asked = std::nullopt;
    Cause cause = Cause::kNone;
    bool reminded = false;
    int being_written = 0;
  };

  static Cause due(pid_t pid, Process& process, Clock::time_point now);
  static void remind(pid_t pid, Process& process, Clock::time_point now);

  const MomentRules rules_;
  std::mutex mutex_;
  std::map<pid_t, Process> processes_;
};

}  // namespace heapsnap
