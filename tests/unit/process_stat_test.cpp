#include "agent/attach/process_stat.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "agent/attach/proc_files.h"

namespace heapsnap {
namespace {

constexpr char kLine[] =
    "4711 (a) b (c) S 12 4711 4711 0 -1 4194560 1 0 0 0 2 3 0 0 20 0 1 0 987654 8192 100 "
    "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n";

}  // namespace

TEST_CASE("a line of /proc/PID/stat, whatever the program's name is") {
  const auto stat = parse_stat(kLine);
  REQUIRE(stat);
  CHECK(stat->name == "a) b (c");
  CHECK(stat->state == 'S');
  CHECK(stat->parent == 12);
  CHECK(stat->started == 987654);
  CHECK(stat->exit_signal == 17);
}

TEST_CASE("a line of /proc/PID/stat that is cut off is none") {
  const std::string_view line = kLine;
  const std::size_t end = line.rfind(" 17 ") + 1;  // of what is read
  for (std::size_t size = 0; size < end; ++size) CHECK_FALSE(parse_stat(line.substr(0, size)));
}

TEST_CASE("the stat of this process") {
  const auto stat = stat_of(getpid());
  REQUIRE(stat);
  CHECK(stat->parent == getppid());
  CHECK(stat->started > 0);
}

}  // namespace heapsnap
