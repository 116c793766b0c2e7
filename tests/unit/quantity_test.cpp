#include "apps/heapsnap/run/quantity.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

using std::chrono::milliseconds;

TEST_CASE("durations have a unit") {
  CHECK(parse_duration("200ms") == milliseconds(200));
  CHECK(parse_duration("1ms") == milliseconds(1));
  CHECK(parse_duration("1.5s") == milliseconds(1500));
  CHECK(parse_duration("2m") == milliseconds(120000));
  CHECK(parse_duration("1h") == milliseconds(3600000));
  CHECK(parse_duration("1d") == milliseconds(86400000));
  CHECK(parse_duration("36500d") == milliseconds(3153600000000));
}

TEST_CASE("a duration without a unit, or of nothing, is told what is wrong with it") {
  CHECK(parse_duration("5").error().message == "'5' is a duration without a unit: write 5s");
  CHECK(parse_duration("1.5").error().message == "'1.5' is a duration without a unit: write 1.5s");
  for (const char* text : {"0", "0s", "0ms", "0.1ms", "0.0"}) {
    CAPTURE(text);
    CHECK(parse_duration(text).error().message ==
          "'" + std::string(text) + "' is too short a duration: the shortest is 1ms");
  }
}

TEST_CASE("sizes are counted in powers of 1024") {
  CHECK(parse_size("1024") == 1024u);
  CHECK(parse_size("64k") == 65536u);
  CHECK(parse_size("1.5G") == 1610612736u);
  CHECK(parse_size("512MiB") == 536870912u);
  CHECK(parse_size("512MB") == 536870912u);
  CHECK(parse_size("100B") == 100u);
}

TEST_CASE("what is no positive quantity is a usage error that quotes it") {
  for (const char* text : {"", "0", "5", "-5", "-5s", "s", "5 s", "5x", "1e3", "nan", "inf",
                           "0.1ms", "36501d", "9999999999999d"}) {
    CAPTURE(text);
    const auto duration = parse_duration(text);
    REQUIRE_FALSE(duration);
    CHECK(duration.error().code == ErrorCode::kUsage);
    CHECK(duration.error().message.find("'" + std::string(text) + "'") == 0);
  }
  for (const char* text : {"", "0", "-1k", "k", "1K", "1 G", "0.5", "99999999T"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_size(text));
  }
}

}  // namespace
}  // namespace heapsnap
