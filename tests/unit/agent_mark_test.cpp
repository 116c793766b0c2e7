#include "apps/heapsnap/capture/agent_mark.h"

#include <catch2/catch.hpp>
#include <string>

namespace heapsnap {
namespace {

const std::string kMapping =
    "/memfd:heapsnap-agent:1:12:fork:5f0e6b1c2d3a4958:7f2b40:prefix:16 (deleted)";

TEST_CASE("a mark says which signal asks, how it captures, and where it looks for us") {
  const auto mark = parse_mark(kMapping);
  REQUIRE(mark);
  CHECK(mark->signal == 12);
  CHECK(mark->mode == "fork");
  CHECK(mark->token == "5f0e6b1c2d3a4958");
  CHECK(mark->handler == 0x7f2b40);
  CHECK(mark->strings == "prefix:16");
}

TEST_CASE("what is no mark, or of another version, is none") {
  const std::string rest = ":fork:5f0e6b1c2d3a4958:7f:keys";
  REQUIRE(parse_mark("/memfd:heapsnap-agent:1:12" + rest));
  for (const char* const other : {"/memfd:heapsnap-agent:2:12", "/memfd:heapsnap-agent:1:x",
                                  "/memfd:heapsnap-agent:1:0", "/memfd:heapsnap-agent:1:99",
                                  "/memfd:heapsnap-agent:1:-1", "/home/heapsnap-agent:1:12"}) {
    CHECK_FALSE(parse_mark(other + rest));
  }
  for (const char* const other : {"", "/memfd:", "/memfd:heapsnap-agent:"}) {
    CHECK_FALSE(parse_mark(other));
  }
}

TEST_CASE("a token is sixteen digits, or there is no mark") {
  for (const std::string& token : {std::string(), std::string(15, '5'), std::string(17, '5'),
                                   std::string(200, '5'), std::string("5F0E6B1C2D3A4958"),
                                   std::string("../../../../etc/"), std::string(16, '\0')}) {
    CHECK_FALSE(parse_mark("/memfd:heapsnap-agent:1:12:fork:" + token + ":7f2b40:keys"));
  }
}

TEST_CASE("a mark that is cut off behind its token has empty fields, and before its end is none") {
  const std::size_t token_end = kMapping.find("4958") + 4;
  for (std::size_t size = 0; size < kMapping.size(); ++size) {
    const auto mark = parse_mark(kMapping.substr(0, size));
    CHECK(mark.has_value() == (size >= token_end));
    if (mark) CHECK(mark->token == "5f0e6b1c2d3a4958");
  }
}

}  // namespace
}  // namespace heapsnap
