#include "apps/heapsnap/run/listener.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

namespace heapsnap {
namespace {

constexpr std::size_t kLongest = 107;  // of an abstract socket on Linux

TEST_CASE("a name that a socket has no room for is refused") {
  const std::string name =
      "heapsnap-test-" + std::to_string(getpid()) + std::string(kLongest, 'x');
  CHECK(Listener::open_as(name.substr(0, kLongest)));
  for (const std::size_t size : {kLongest + 1, name.size()}) {
    const Result<Listener> refused = Listener::open_as(name.substr(0, size));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kCapture);
  }
}

}  // namespace
}  // namespace heapsnap
