#include "apps/heapsnap/run/signal_name.h"

#include <csignal>

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

TEST_CASE("signals are known by name, with and without SIG, and by number") {
  CHECK(parse_signal("USR2") == SIGUSR2);
  CHECK(parse_signal("SIGUSR2") == SIGUSR2);
  CHECK(parse_signal("12") == 12);
  CHECK(parse_signal("RTMIN") == SIGRTMIN);
  CHECK(parse_signal("SIGRTMIN+3") == SIGRTMIN + 3);
  CHECK(parse_signal("RTMAX-1") == SIGRTMAX - 1);
}

TEST_CASE("what is no signal is a usage error") {
  for (const char* text : {"", "SIG", "USR3", "usr2", "0", "-1", "65", "RTMIN+31", "RTMAX-31",
                           "RTMIN+", "RTMIN-1", "12x"}) {
    CAPTURE(text);
    const auto signal = parse_signal(text);
    REQUIRE_FALSE(signal);
    CHECK(signal.error().code == ErrorCode::kUsage);
  }
}

TEST_CASE("the name that is printed can be typed") {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (signal > SIGSYS && signal < SIGRTMIN) continue;  // the C library's own
    CAPTURE(signal, signal_name(signal));
    CHECK(signal_name(signal).starts_with("SIG"));
    CHECK(parse_signal(signal_name(signal)) == signal);
  }
}

}  // namespace
}  // namespace heapsnap
