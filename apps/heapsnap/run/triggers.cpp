#include "apps/heapsnap/run/triggers.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "agent/attach/proc_files.h"
#include "apps/heapsnap/run/process.h"

namespace heapsnap {
namespace {

constexpr int kMostSignals = 2;  // the question, and a reminder

std::uint64_t start_of(pid_t pid) {
  const auto stat = stat_of(pid);
  return stat ? stat->started : 0;
}

}  // namespace

void Triggers::add(pid_t pid, AgentInside agent, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t started = start_of(pid);
  const auto [found, is_new] =
      processes_.try_emplace(pid, Process{.moments = Moments(rules_, now), .started = started});
  Process& process = found->second;
  if (!is_new && process.started != started) {
    ended(pid, process, now);
    process = Process{.moments = Moments(rules_, now), .started = started};
  }
  process.agent = agent;
  process.signals = 0;
}

void Triggers::forget(pid_t pid) {
  const std::lock_guard lock(mutex_);
  processes_.erase(pid);
}

// What is noted of one whose pid another process has is of no use to that one.
bool Triggers::knows(pid_t pid) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(pid);
  if (found == processes_.end()) return false;
  const auto stat = stat_of(pid);
  if (!stat) return false;
  if (stat->started == found->second.started) return true;
  ended(pid, found->second, Clock::now());
  processes_.erase(found);
  return false;
}

void Triggers::Process::was_captured() {
  signals = 0;
  next_try.reset();
  cause = Cause::kNone;
  unmet.reset();
}

bool Triggers::ask(pid_t pid, Process& process, Cause cause, Clock::time_point now) {
  if (process.agent == AgentInside::kNone || process.signals >= kMostSignals) return false;
  if (!takes_signal(pid, kSignal) || kill(pid, kSignal) != 0) return false;
  ++process.signals;
  process.cause = cause;
  process.next_try = now + kBeforeNextTry;
  return true;
}

Cause Triggers::due(pid_t pid, Process& process, Clock::time_point now) {
  if (process.being_written > 0) return Cause::kNone;
  process.is_next_try = process.next_try.has_value();
  if (!process.is_next_try) return process.moments.due(pid, now);
  return now < *process.next_try ? Cause::kNone : process.cause;
}

void Triggers::ended(pid_t pid, const Process& process, Clock::time_point now) {
  if (process.is_unmet(now)) ended_unmet_.push_back({pid, process.why_outside});
}

std::vector<DueProcess> Triggers::who_is_due(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(processes_, [&](const auto& entry) {
    const auto& [pid, process] = entry;
    if (kill(pid, 0) == 0 && is_running(pid) && start_of(pid) == process.started) return false;
    ended(pid, process, now);
    return true;
  });
  std::vector<DueProcess> outside;
  outside.reserve(processes_.size());  // for lack of memory nobody is half due
  for (auto& [pid, process] : processes_) {
    const Cause cause = due(pid, process, now);
    process.moments.pass(now);
    if (cause == Cause::kNone) continue;
    if (!process.unmet) process.unmet = now;
    const bool agent_first =
        process.agent == AgentInside::kKnowsAllocations && process.signals == 0;
    if (agent_first && ask(pid, process, cause, now)) continue;
    process.next_try.reset();
    ++process.being_written;
    outside.push_back({pid, cause});
  }
  return outside;
}

std::optional<std::chrono::milliseconds> Triggers::rest(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::optional<std::chrono::milliseconds> rest;
  for (const auto& [pid, process] : processes_) {
    if (process.next_try) rest = Moments::kPollInterval;
  }
  for (const auto& [pid, process] : processes_) {
    const auto its = process.moments.rest(now);
    if (its) rest = std::min(*its, rest.value_or(*its));
  }
  return rest;
}

void Triggers::outside_began(pid_t pid) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(pid);
  if (found != processes_.end()) found->second.was_captured();
}

void Triggers::outside_failed(const DueProcess& due, const std::string& why,
                              Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(due.pid);
  if (found == processes_.end()) return;
  Process& process = found->second;
  process.why_outside = why;
  if (ask(due.pid, process, due.cause, now) || process.is_next_try) return;
  process.cause = due.cause;
  process.next_try = now + kBeforeNextTry;
}

Cause Triggers::answered(pid_t pid) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(pid);
  if (found == processes_.end()) return Cause::kNone;
  const Cause cause = found->second.cause;
  ++found->second.being_written;
  found->second.was_captured();
  return cause;
}

void Triggers::finished(pid_t pid) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(pid);
  if (found != processes_.end() && found->second.being_written > 0) --found->second.being_written;
}

std::size_t Triggers::running() {
  const std::lock_guard lock(mutex_);
  const auto count = std::ranges::count_if(processes_, [](const auto& entry) {
    return is_running(entry.first) && start_of(entry.first) == entry.second.started;
  });
  return static_cast<std::size_t>(count);
}

std::vector<UnmetProcess> Triggers::unmet(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::vector<UnmetProcess> unmet;
  for (const auto& [pid, process] : processes_) {
    if (process.is_unmet(now)) unmet.push_back({pid, process.why_outside});
  }
  return unmet;
}

std::vector<UnmetProcess> Triggers::ended_unmet() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ended_unmet_, {});
}

}  // namespace heapsnap
