#include "agent/attach/python_version.h"

#include <catch2/catch.hpp>
#include <string>

namespace heapsnap {
namespace {

std::optional<std::uint32_t> found_in(const std::string& data, unsigned minor) {
  return find_version({reinterpret_cast<const std::uint8_t*>(data.data()), data.size()}, minor);
}

TEST_CASE("a version is as sys.hexversion has it") {
  CHECK(parse_version("3.10.13") == 0x030a0df0u);
  CHECK(parse_version("3.15.0b1") == 0x030f00b1u);
  CHECK(parse_version("3.15.0rc2") == 0x030f00c2u);
  CHECK(parse_version("3.14.0a7+") == 0x030e00a7u);
  CHECK(parse_version("3.11.2+") == 0x030b02f0u);
  for (const char* const text : {"", "3", "3.", "3.10", "3.10.", "3.10.x", "3.10.1a", "3.10.1 ", "3.999.1",
                                 "-3.10.1", "3.10.1rc99", "3.10.1++"}) {
    CHECK_FALSE(parse_version(text));
  }
}

TEST_CASE("a version's text is the one that it was read from") {
  for (const char* const text : {"3.10.13", "3.15.0b1", "3.15.0rc2", "3.14.0a7"}) {
    CHECK(version_text(*parse_version(text)) == text);
  }
}

TEST_CASE("a version is found where a text as sys.version begins") {
  CHECK(found_in(std::string("OpenSSL 3.0.2 (x)") + '\0' + "3.10.13 (main, Jan", 10) == 0x030a0df0u);
  CHECK(found_in(std::string("3.40.1 (sqlite)") + '\0' + "3.10.13 (main", 0) == 0x030a0df0u);
  CHECK_FALSE(found_in("13.10.13 (main", 0));
  CHECK_FALSE(found_in("1.3.10.13 (main", 0));
  CHECK_FALSE(found_in("3.10.13", 0));
  CHECK_FALSE(found_in("", 0));
}

TEST_CASE("a file's name tells the minor version") {
  CHECK(minor_in_name("libpython3.10.so.1.0") == 10);
  CHECK(minor_in_name("python3.9") == 9);
  CHECK(minor_in_name("python3") == 0);
  CHECK(minor_in_name("libpython3.so") == 0);
  CHECK(minor_in_name("python3.99999999999") == 0);
}

}  // namespace
}  // namespace heapsnap
