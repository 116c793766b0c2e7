#include "agent/attach/passing_state.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

constexpr std::chrono::hours kLong{1};

TEST_CASE("what passes is tried again until it has passed") {
  int attempts = 0;
  const Result<int> result = try_until(Clock::now() + kLong, [&]() -> Result<int> {
    if (++attempts < 3) return passing_failure("it starts");
    return 7;
  });
  REQUIRE(result);
  CHECK(*result == 7);
  CHECK(attempts == 3);
}

TEST_CASE("what does not pass is tried once") {
  int attempts = 0;
  const auto attempt = [&]() -> Result<int> {
    ++attempts;
    return failure(ErrorCode::kCapture, "no permission");
  };
  const Result<int> result = try_until(Clock::now() + kLong, attempt);
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "no permission");
  CHECK(attempts == 1);
}

TEST_CASE("there is one attempt if there is no time, and what passes is said to be for later") {
  int attempts = 0;
  const Result<int> result = try_until(Clock::now(), [&]() -> Result<int> {
    ++attempts;
    return passing_failure("it starts");
  });
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "it starts: try again later");
  CHECK(result.error().code == ErrorCode::kCapture);
  CHECK_FALSE(result.error().passes);  // nor is it tried again by who asked for that
  CHECK(attempts == 1);
}

}  // namespace
}  // namespace heapsnap
