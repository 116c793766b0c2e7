#include "apps/heapsnap/run/triggers.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "apps/heapsnap/run/process.h"

namespace heapsnap {

void Triggers::add(pid_t pid, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Process process{.next = now};
  if (every_) process.next += *every_;
  processes_.insert_or_assign(pid, std::move(process));
}

bool Triggers::knows(pid_t pid) {
  const std::lock_guard lock(mutex_);
  return processes_.contains(pid);
}

bool Triggers::crossed(pid_t pid, Process& process) const {
  if (!rss_) return false;
  const bool above = resident_bytes(pid).value_or(0) >= *rss_;
  return !std::exchange(process.above, above) && above;
}

Triggers::Cause Triggers::due(pid_t pid, Process& process, Clock::time_point now) const {
  if (process.asked || process.being_written > 0) return Cause::kNone;
  if (!takes_signal(pid, kSignal)) return Cause::kNone;
  if (crossed(pid, process)) return Cause::kRss;
  return every_ && process.next <= now ? Cause::kEvery : Cause::kNone;
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
    if (every_ && process.next <= now) {
      process.next += *every_ * ((now - process.next) / *every_ + 1);
    }
  }
}

std::optional<std::chrono::milliseconds> Triggers::rest(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (processes_.empty()) return std::nullopt;
  std::optional<std::chrono::milliseconds> rest;
  if (rss_) rest = kPollInterval;
  for (const auto& [pid, process] : processes_) {
    if (process.asked && !process.reminded) rest = kPollInterval;
  }
  if (!every_) return rest;
  for (const auto& [pid, process] : processes_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(process.next - now);
    rest = std::clamp(left, std::chrono::milliseconds(0), rest.value_or(left));
  }
  return rest;
}

Triggers::Cause Triggers::answered(pid_t pid) {
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
