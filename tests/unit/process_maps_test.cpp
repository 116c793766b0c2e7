#include "agent/attach/process_maps.h"

#include <catch2/catch.hpp>
#include <string>

namespace heapsnap {
namespace {

const std::string kMaps =
    "55d0c8000000-55d0c8001000 r--p 00000000 fe:00 1311                       /usr/bin/python3.11\n"
    "55d0c8001000-55d0c8002000 r-xp 00001000 fe:00 1311                       /usr/bin/python3.11\n"
    "7f0000000000-7f0000021000 rw-p 00000000 00:00 0 \n"
    "7f1000000000-7f1000001000 r--s 0000a000 fe:00 9     /tmp/a b (deleted)\n"
    "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]\n";

TEST_CASE("a line of maps becomes a mapping") {
  const auto maps = parse_maps(kMaps);
  REQUIRE(maps.size() == 5);
  CHECK(maps[1].start == 0x55d0c8001000);
  CHECK(maps[1].end == 0x55d0c8002000);
  CHECK(maps[1].offset == 0x1000);
  CHECK((maps[1].readable && maps[1].executable && !maps[1].writable));
  CHECK(maps[1].path == "/usr/bin/python3.11");
  CHECK((maps[1].is_file() && maps[1].holds(0x55d0c8001fff) && !maps[1].holds(0x55d0c8002000)));
  CHECK(maps[2].path.empty());
  CHECK(maps[2].writable);
  CHECK(maps[3].path == "/tmp/a b (deleted)");
  CHECK(maps[4].path == "[stack]");
  CHECK_FALSE(maps[4].is_file());
}

TEST_CASE("the name of a file that was deleted is still its name") {
  CHECK(file_name("/usr/lib/libpython3.11.so.1.0 (deleted)") == "libpython3.11.so.1.0");
  CHECK(file_name("python") == "python");
}

TEST_CASE("what is no line of maps is left out") {
  CHECK(parse_maps("").empty());
  CHECK(parse_maps("\n\nnonsense\n-\n1-\n1-2\n1-2 r\n2-1 r--p 0 0:0 0\n").empty());
  CHECK(parse_maps("ffffffffffffffffff-2 r--p 00000000 00:00 0\n").empty());
}

TEST_CASE("maps that are cut off anywhere yield no more mappings than are whole") {
  for (std::size_t size = 0; size < kMaps.size(); ++size) {
    CHECK(parse_maps(kMaps.substr(0, size)).size() <= 5);
  }
}

}  // namespace
}  // namespace heapsnap
