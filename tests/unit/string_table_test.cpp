#include "apps/heapsnap/export/string_table.h"

#include <catch2/catch.hpp>
#include <string>

namespace heapsnap {
namespace {

TEST_CASE("equal texts have one number, others the next") {
  StringTable table;
  CHECK(table.number_of("") == 0);
  CHECK(table.number_of("a") == 1);
  CHECK(table.number_of(std::string_view("a\0b", 3)) == 2);
  CHECK(table.number_of("a") == 1);
  CHECK(table.number_of("") == 0);
  CHECK(table.size() == 3);
  CHECK(table[2] == std::string_view("a\0b", 3));
}

TEST_CASE("numbers stay the same while the table grows") {
  StringTable table;
  for (std::uint32_t i = 0; i < 10'000; ++i) REQUIRE(table.number_of(std::to_string(i)) == i);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    REQUIRE(table[i] == std::to_string(i));
    REQUIRE(table.number_of(std::to_string(i)) == i);
  }
}

}  // namespace
}  // namespace heapsnap
