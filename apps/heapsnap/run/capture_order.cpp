#include "apps/heapsnap/run/capture_order.h"

namespace heapsnap {

CaptureOrder::Place CaptureOrder::enter(pid_t sender, pid_t parent) {
  const std::lock_guard lock(mutex_);
  captures_.emplace(next_, Capture{.sender = sender, .parent = parent});
  return next_++;
}

void CaptureOrder::began(Place place, pid_t pid, std::uint64_t time_ns) {
  const std::lock_guard lock(mutex_);
  Capture& capture = captures_.at(place);
  capture.known = true;
  capture.pid = pid;
  capture.time_ns = time_ns;
  changed_.notify_all();
}

void CaptureOrder::wait(Place place) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this, place, end = next_] { return is_turn_of(place, end); });
}

void CaptureOrder::leave(Place place) {
  const std::lock_guard lock(mutex_);
  captures_.erase(place);
  changed_.notify_all();
}

// Those from `end` on came later.
bool CaptureOrder::is_turn_of(Place place, Place end) const {
  const Capture& self = captures_.at(place);
  for (const auto& [other, capture] : captures_) {
    if (other == place || other >= end) continue;
    if (!capture.known) {
      if (capture.sender == self.pid || capture.parent == self.pid) return false;
      continue;
    }
    if (capture.pid != self.pid || capture.time_ns > self.time_ns) continue;
    if (capture.time_ns < self.time_ns || other < place) return false;
  }
  return true;
}

}  // namespace heapsnap
