#include "apps/heapsnap/run/name_template.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

const NameFacts kFacts{.pid = 4711, .time = 1738333805, .number = 3, .host = "box"};

TEST_CASE("a name's variables are filled in") {
  const auto name = NameTemplate::parse("a/%h-%p.%t.%n%%.hsnap");
  REQUIRE(name);
  CHECK(name->expand(kFacts) == "a/box-4711.20250131T143005Z.3%.hsnap");
  CHECK(name->has('p'));
  CHECK(name->varies());
}

TEST_CASE("a name varies if it has the process, the time or the number in it") {
  CHECK_FALSE(NameTemplate::parse("app.hsnap")->varies());
  CHECK_FALSE(NameTemplate::parse("%h.%%n.hsnap")->varies());
  CHECK(NameTemplate::parse("%n")->varies());
  CHECK(NameTemplate::parse("%%%t")->varies());
}

TEST_CASE("an unknown variable is a usage error") {
  for (const char* text : {"%", "app%", "%q.hsnap", "%%%"}) {
    CAPTURE(text);
    const auto name = NameTemplate::parse(text);
    REQUIRE_FALSE(name);
    CHECK(name.error().code == ErrorCode::kUsage);
  }
}

TEST_CASE("a variable in the folder is a usage error, unless it is known before the program runs") {
  for (const char* text : {"%n/x.hsnap", "a/%p/%n.hsnap", "%t/", "a.%t/b/x"}) {
    CAPTURE(text);
    const auto name = NameTemplate::parse(text);
    REQUIRE_FALSE(name);
    CHECK(name.error().code == ErrorCode::kUsage);
    CHECK(name.error().message.find("before the program runs") != std::string::npos);
  }
  CHECK(NameTemplate::parse("%h/100%%/%p.%n.hsnap"));
}

TEST_CASE("a running number stands before the suffix of the last part") {
  CHECK(numbered("app.hsnap", 2) == "app.2.hsnap");
  CHECK(numbered("some.folder/app", 2) == "some.folder/app.2");
  CHECK(numbered(".hidden", 2) == ".hidden.2");
  CHECK(numbered("a/.hidden", 2) == "a/.hidden.2");
}

}  // namespace
}  // namespace heapsnap
