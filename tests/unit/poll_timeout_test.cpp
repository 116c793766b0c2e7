#include "apps/heapsnap/run/poll_timeout.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

using std::chrono::milliseconds;

TEST_CASE("poll waits for ever only if nothing is due") {
  CHECK(poll_timeout(std::nullopt) == -1);
  CHECK(poll_timeout(milliseconds(0)) == 0);
  CHECK(poll_timeout(milliseconds(1500)) == 1500);
}

TEST_CASE("a time that poll has no number for ends early, and is not for ever or over at once") {
  constexpr std::int64_t kMost = 2147483647;
  CHECK(poll_timeout(milliseconds(kMost)) == kMost);
  for (const std::int64_t rest : {kMost + 1, 2 * kMost + 1, 2 * kMost + 2, kMost * kMost}) {
    CHECK(poll_timeout(milliseconds(rest)) == kMost);
  }
}

}  // namespace
}  // namespace heapsnap
