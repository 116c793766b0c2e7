#include "apps/heapsnap/run/moments.h"

#include <catch2/catch.hpp>

#include <unistd.h>

namespace heapsnap {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Moments::Clock::time_point kBegin{};

TEST_CASE("in time, each moment comes once, and those that were missed are left out") {
  Moments moments({.every = seconds(10)}, kBegin);
  CHECK(moments.due(getpid(), kBegin) == Cause::kNone);
  CHECK(moments.rest(kBegin) == seconds(10));
  CHECK(moments.due(getpid(), kBegin + seconds(10)) == Cause::kEvery);
  moments.pass(kBegin + seconds(34));
  CHECK(moments.rest(kBegin + seconds(34)) == seconds(6));
  CHECK(moments.due(getpid(), kBegin + seconds(39)) == Cause::kNone);
  CHECK(moments.due(getpid(), kBegin + seconds(40)) == Cause::kEvery);
  CHECK(moments.rest(kBegin + seconds(50)) == milliseconds(0));
}

TEST_CASE("a threshold that memory is above counts once") {
  Moments moments({.rss = 1}, kBegin);
  CHECK(moments.rest(kBegin) == Moments::kPollInterval);
  CHECK(moments.due(getpid(), kBegin) == Cause::kRss);
  CHECK(moments.due(getpid(), kBegin) == Cause::kNone);
}

TEST_CASE("a threshold counts again after memory was below it") {
  constexpr pid_t kNobody = 1 << 30;  // no memory
  Moments moments({.every = seconds(1), .rss = 1}, kBegin);
  CHECK(moments.due(getpid(), kBegin) == Cause::kRss);
  CHECK(moments.due(kNobody, kBegin) == Cause::kNone);
  CHECK(moments.due(getpid(), kBegin) == Cause::kRss);
  CHECK(moments.due(getpid(), kBegin + seconds(1)) == Cause::kEvery);
}

TEST_CASE("without rules nothing is ever due") {
  const Moments moments({}, kBegin);
  CHECK_FALSE(moments.rest(kBegin));
  CHECK_FALSE(MomentRules{}.any());
}

}  // namespace
}  // namespace heapsnap
