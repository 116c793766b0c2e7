#include "agent/attach/passing_state.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

constexpr std::chrono::hours kLong{1};

tl::unexpected<Error> refusal(const char* message) {
  return failure(ErrorCode::kCapture, message);
}

TEST_CASE("what passes is tried again until it has passed") {
  int attempts = 0;
  const Result<int> result = try_until(Clock::now() + kLong, [&]() -> Result<int> {
    if (++attempts < 3) return refusal("it starts: try again");
    return 7;
  });
  REQUIRE(result);
  CHECK(*result == 7);
  CHECK(attempts == 3);
}

TEST_CASE("what does not pass is tried once") {
  for (const char* const message : {"no permission", "it starts: try again later"}) {
    int attempts = 0;
    const Result<int> result = try_until(Clock::now() + kLong, [&]() -> Result<int> {
      ++attempts;
      return refusal(message);
    });
    REQUIRE_FALSE(result);
    CHECK(result.error().message == message);
    CHECK(attempts == 1);
  }
}

TEST_CASE("there is one attempt if there is no time, and what passes is said to be for later") {
  int attempts = 0;
  const Result<int> result = try_until(Clock::now(), [&]() -> Result<int> {
    ++attempts;
    return refusal("it starts: try again");
  });
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "it starts: try again later");
  CHECK(result.error().code == ErrorCode::kCapture);
  CHECK(attempts == 1);
}

}  // namespace
}  // namespace heapsnap
