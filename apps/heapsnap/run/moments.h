// Moments tells when one process is due for a snapshot: in time (--every), and when its resident
// memory crosses a threshold (--on-rss), which counts once, and again after memory was below it.
//
//     Moments moments({.rss = std::uint64_t{2} << 30}, now);
//     const Cause cause = moments.due(pid, now);   // looks at the process's memory
//     moments.pass(now);                           // what was due in time until now is over
//
// Memory is to be looked at every kPollInterval.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace heapsnap {

enum class Cause { kNone, kEvery, kRss };

const char* word_of(Cause cause);  // "every", "rss": as a snapshot's `trigger` has it

struct MomentRules {
  std::optional<std::chrono::milliseconds> every = std::nullopt;
  std::optional<std::uint64_t> rss = std::nullopt;

  bool any() const { return every || rss; }
};

class Moments {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kPollInterval{100};

  Moments(const MomentRules& rules, Clock::time_point now);

  Cause due(pid_t pid, Clock::time_point now);
  void pass(Clock::time_point now);

  // How long nothing can become due; none: for ever.
  std::optional<std::chrono::milliseconds> rest(Clock::time_point now) const;

 private:
  bool crossed(pid_t pid);

  MomentRules rules_;
  Clock::time_point next_;  // in time
  bool above_ = false;      // it was over the threshold when last looked at
};

}  // namespace heapsnap
