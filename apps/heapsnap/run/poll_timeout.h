// poll_timeout() is the time to wait, as poll() wants it.
#pragma once

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdint>
#include <optional>

namespace heapsnap {

// None: for ever. What an int has no room for (25 days) ends earlier: who waits looks at the clock
// again.
inline int poll_timeout(std::optional<std::chrono::milliseconds> rest) {
  if (!rest) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(rest->count(), 0, INT_MAX));
}

}  // namespace heapsnap
