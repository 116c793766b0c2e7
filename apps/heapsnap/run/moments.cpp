#include "apps/heapsnap/run/moments.h"

#include <algorithm>
#include <utility>

#include "apps/heapsnap/run/process.h"

namespace heapsnap {

const char* word_of(Cause cause) {
  switch (cause) {
    case Cause::kEvery: return "every";
    case Cause::kRss: return "rss";
    case Cause::kNone: break;
  }
  return "";
}

Moments::Moments(const MomentRules& rules, Clock::time_point now) : rules_(rules), next_(now) {
  if (rules_.every) next_ += *rules_.every;
}

bool Moments::crossed(pid_t pid) {
  if (!rules_.rss) return false;
  const bool above = resident_bytes(pid).value_or(0) >= *rules_.rss;
  return !std::exchange(above_, above) && above;
}

Cause Moments::due(pid_t pid, Clock::time_point now) {
  if (crossed(pid)) return Cause::kRss;
  return rules_.every && next_ <= now ? Cause::kEvery : Cause::kNone;
}

void Moments::pass(Clock::time_point now) {
  if (!rules_.every || next_ > now) return;
  next_ += *rules_.every * ((now - next_) / *rules_.every + 1);
}

std::optional<std::chrono::milliseconds> Moments::rest(Clock::time_point now) const {
  std::optional<std::chrono::milliseconds> rest;
  if (rules_.rss) rest = kPollInterval;
  if (!rules_.every) return rest;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_ - now);
  return std::max(std::chrono::milliseconds(0), std::min(left, rest.value_or(left)));
}

}  // namespace heapsnap
