// ProgressLine is one line on standard error that says how far a long step is, and goes away.
#pragma once

#include <chrono>
#include <string_view>

#include "apps/heapsnap/options.h"

namespace heapsnap {

class ProgressLine {
 public:
  explicit ProgressLine(When when);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Draws at most ten times a second, and not in the first: short work shows nothing.
  void show(std::string_view stage, double share);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool enabled_;
  bool drawn_ = false;
  Clock::time_point next_;
};

}  // namespace heapsnap
