#include "apps/heapsnap/capture/agent_mark.h"

#include <catch2/catch.hpp>
#include <string>

namespace heapsnap {
namespace {

const std::string kMapping = "/memfd:heapsnap-agent:1:12:fork:5f0e6b1c2d3a4958:7f2b40:prefix:16 (deleted)";

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
  for (const char* const other : {"", "/memfd:", "/memfd:heapsnap-agent:", "/memfd:heapsnap-agent:2:12:fork:5f:7f:keys",
                                  "/memfd:heapsnap-agent:1:x:fork:5f:7f:keys", "/memfd:heapsnap-agent:1:0:fork:5f:7f:keys",
                                  "/memfd:heapsnap-agent:1:99:fork:5f:7f:keys", "/memfd:heapsnap-agent:1:-1:fork:5f:7f:keys",
                                  "/home/heapsnap-agent:1:12:fork:5f:7f:keys"}) {
    CHECK_FALSE(parse_mark(other));
  }
}

TEST_CASE("a mark that is cut off anywhere has empty fields") {
  for (std::size_t size = 0; size < kMapping.size(); ++size) {
    const auto mark = parse_mark(kMapping.substr(0, size));
    CHECK((!mark || mark->signal == 1 || mark->signal == 12));
  }
}

}  // namespace
}  // namespace heapsnap
