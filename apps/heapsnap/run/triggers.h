// Triggers decides when a process is captured because `run` says so: in time (--every), and when
// its resident memory crosses a threshold (--on-rss). When it is due, its Moments tell.
//
// There are two ways. From outside (outside_agent.h) is the first: it needs no main thread that
// runs Python code, calls no handler and interrupts no waiting that Python code could notice. Where
// the system refuses, the agent in the process is asked, by a signal that it has a handler for.
// SIGURG, because a process may begin to execute another program in the instant after it was looked
// at, and then has no handler: that signal's default is to do nothing. A process that records
// where it allocates is asked first, as its agent alone can tell. Who has not been captured after
// kBeforeNextTry is tried from outside again, then asked once more: a signal that comes as Python
// is about to wait in a system call is seen after that only, unless another one interrupts it.
//
// A process that is being captured is not due. May be used from several threads.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apps/heapsnap/run/moments.h"

namespace heapsnap {

// What can be asked in a process.
enum class AgentInside { kNone, kThere, kKnowsAllocations };

struct DueProcess {
  pid_t pid = 0;
  Cause cause = Cause::kNone;
};

struct UnmetProcess {
  pid_t pid = 0;
  std::string why_outside = {};  // it could not be captured from outside; empty: that was not tried
};

class Triggers {
 public:
  using Clock = Moments::Clock;

  // A try that comes when the process has just begun to answer makes a second snapshot, so it is
  // late: half a second was too early for processes on a busy machine.
  static constexpr std::chrono::seconds kBeforeNextTry{5};
  static constexpr std::chrono::seconds kPatience{2};

  static constexpr int kSignal = SIGURG;  // that asks; the agent is told

  explicit Triggers(const MomentRules& rules) : rules_(rules) {}

  bool any() const { return rules_.any(); }

  void add(pid_t pid, AgentInside agent, Clock::time_point now);  // or what is in it has changed
  void forget(pid_t pid);
  bool knows(pid_t pid);  // the process that was added, and not another one that has its pid

  // Asks agents, and returns who is to be captured from outside. Each of them has to be told of by
  // outside_began() or outside_failed(), and then by finished().
  std::vector<DueProcess> who_is_due(Clock::time_point now);

  // How long who_is_due() has nothing to do; none: for ever.
  std::optional<std::chrono::milliseconds> rest(Clock::time_point now);

  void outside_began(pid_t pid);
  void outside_failed(const DueProcess& due, const std::string& why, Clock::time_point now);

  Cause answered(pid_t pid);  // its agent's snapshot begins; why it was asked for one
  // Whatever has become of it, a process that was tried from outside, or has answered, may be due
  // again.
  void finished(pid_t pid);

  std::size_t running();  // how many of the processes have not ended

  // Processes that were due kPatience ago, and since then have not been captured.
  std::vector<UnmetProcess> unmet(Clock::time_point now);

  // Those of them whose end who_is_due() or knows() has seen, and so are known no more, since the
  // last call.
  std::vector<UnmetProcess> ended_unmet();

 private:
  struct Process {
    Moments moments;
    AgentInside agent = AgentInside::kNone;
    std::uint64_t started = 0;  // a pid is given again
    int signals = 0;            // sent since it was last captured
    std::optional<Clock::time_point> next_try = std::nullopt;
    bool is_next_try = false;   // what is under way
    Cause cause = Cause::kNone;  // of what was tried
    int being_written = 0;
    std::optional<Clock::time_point> unmet = std::nullopt;  // since when
    std::string why_outside = {};

    void was_captured();
    bool is_unmet(Clock::time_point now) const { return unmet && now - *unmet >= kPatience; }
  };

  static bool ask(pid_t pid, Process& process, Cause cause, Clock::time_point now);
  static Cause due(pid_t pid, Process& process, Clock::time_point now);
  void ended(pid_t pid, const Process& process, Clock::time_point now);

  const MomentRules rules_;
  std::mutex mutex_;
  std::map<pid_t, Process> processes_;
  std::vector<UnmetProcess> ended_unmet_;
};

}  // namespace heapsnap
