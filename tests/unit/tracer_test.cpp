#include "agent/attach/tracer.h"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <limits>

#include "agent/attach/proc_files.h"

namespace heapsnap {
namespace {

const ForkOrders kNobody = {.pid = std::numeric_limits<pid_t>::max()};

std::ptrdiff_t shared_pages() {
  const auto maps = maps_of(getpid());
  REQUIRE(maps);
  return std::ranges::count_if(*maps, [](const MappedRange& mapping) {
    return mapping.path.starts_with("/dev/zero");
  });
}

TEST_CASE("a tracer that is not finished leaves no process behind") {
  REQUIRE(Tracer::start(kNobody));
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("a tracer that cannot be started for lack of descriptors leaves no memory behind") {
  rlimit before = {};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const std::ptrdiff_t pages = shared_pages();
  rlimit none = before;
  none.rlim_cur = 0;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const bool started = Tracer::start(kNobody).has_value();
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK_FALSE(started);
  CHECK(shared_pages() == pages);
}

}  // namespace
}  // namespace heapsnap
