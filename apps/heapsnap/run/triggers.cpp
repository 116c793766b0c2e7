#include "apps/heapsnap/run/triggers.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "apps/heapsnap/run/process.h"

namespace heapsnap {

void Triggers::add(pid_t pid, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  processes_.insert_or_assign(pid, Process{.moments = Moments(rules_, now)});
}

bool Triggers::knows(pid_t pid) {
  const std::lock_guard lock(mutex_);
  return processes_.contains(pid);
}

Cause Triggers::due(pid_t pid, Process& process, Clock::time_point now) {
  if (process.asked || process.being_written > 0) return Cause::kNone;
  return takes_signal(pid, kSignal) ? process.moments.due(pid, now) : Cause::kNone;
}

void Triggers::remind(pid_t pid, Process& process, Clock::time_point now) {
  if (!process.asked || process.reminded || now - *process.asked < kBeforeReminder) return;
  process.reminded = true;
  if (takes_signal(pid, kSignal)) kill(pid, kSignal);
}

void Triggers::ask_who_is_due(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(processes_, [](const auto& entry) { return kill(entry.first, 0) != 0; });
  for (auto& [pid, process] : processes_) {
    const Cause cause = due(pid, process, now);
    remind(pid, process, now);
    if (cause != Cause::kNone && kill(pid, kSignal) == 0) {
      process.asked = now;
      process.cause = cause;
      process.reminded = false;
    }
    process.moments.pass(now);
  }
}

std::optional<std::chrono::milliseconds> Triggers::rest(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::optional<std::chrono::milliseconds> rest;
  for (const auto& [pid, process] : processes_) {
    if (process.asked && !process.reminded) rest = Moments::kPollInterval;
  }
  for (const auto& [pid, process] : processes_) {
    const auto its = process.moments.rest(now);
    if (its) rest = std::min(*its, rest.value_or(*its));
  }
  return rest;
}

Cause Triggers::answered(pid_t pid) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(pid);
  if (found == processes_.end()) return Cause::kNone;
  ++found->second.being_written;
  found->second.asked.reset();
  return std::exchange(found->second.cause, Cause::kNone);
}

void Triggers::finished(pid_t pid) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(pid);
  if (found != processes_.end() && found->second.being_written > 0) --found->second.being_written;
}

std::size_t Triggers::running() {
  const std::lock_guard lock(mutex_);
  const auto count = std::ranges::count_if(
      processes_, [](const auto& entry) { return is_running(entry.first); });
  return static_cast<std::size_t>(count);
}

std::vector<pid_t> Triggers::unanswered(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::vector<pid_t> pids;
  for (const auto& [pid, process] : processes_) {
    if (process.asked && now - *process.asked >= kPatience) pids.push_back(pid);
  }
  return pids;
}

}  // namespace heapsnap
