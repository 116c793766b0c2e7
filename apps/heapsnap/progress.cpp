#include "apps/heapsnap/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace heapsnap {

ProgressLine::ProgressLine(When when)
    : enabled_(when == When::kAlways || (when == When::kAuto && isatty(STDERR_FILENO) == 1)),
      next_(Clock::now() +
            (when == When::kAlways ? std::chrono::seconds(0) : std::chrono::seconds(1))) {}

void ProgressLine::show(std::string_view stage, double share) {
  if (!enabled_ || Clock::now() < next_) return;
  next_ = Clock::now() + std::chrono::milliseconds(100);
  drawn_ = true;
  fmt::print(stderr, "\r{}: {:.0f}%\x1b[K", stage, 100 * share);
  std::fflush(stderr);
}

void ProgressLine::clear() {
  if (!drawn_) return;
  drawn_ = false;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace heapsnap
