#include "agent/walk/paged_bitmap.h"

#include <random>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

constexpr std::size_t kEnough = std::size_t{16} << 20;

TEST_CASE("a bitmap says once of each object that it is new") {
  std::vector<std::uint8_t> memory(kEnough);
  Arena arena(memory.data(), memory.size());
  PagedBitmap bitmap(arena);
  CHECK_FALSE(bitmap.contains(0x7F0000001000));
  CHECK(bitmap.insert(0x7F0000001000));
  CHECK_FALSE(bitmap.insert(0x7F0000001000));
  CHECK(bitmap.contains(0x7F0000001000));
  CHECK_FALSE(bitmap.contains(0x7F0000001010));
}

TEST_CASE("a bitmap tells apart objects in neighbouring granules, whatever their alignment") {
  std::vector<std::uint8_t> memory(kEnough);
  Arena arena(memory.data(), memory.size());
  PagedBitmap bitmap(arena);
  CHECK(bitmap.insert(0x1008));
  CHECK(bitmap.insert(0x1018));
  CHECK(bitmap.insert(0x1020));
}

TEST_CASE("a bitmap agrees with a set of granules all over a 57-bit address space") {
  std::vector<std::uint8_t> memory(kEnough);
  Arena arena(memory.data(), memory.size());
  PagedBitmap bitmap(arena);
  std::set<Address> granules;
  std::mt19937_64 random(7);
  for (int i = 0; i < 3000; ++i) {  // enough pages for the table to grow
    const Address page = (random() & ((Address{1} << 57) - 1)) >> 19 << 19;
    for (int j = 0; j < 4; ++j) {
      const Address address = page + (random() & 0x7FFFF & ~Address{7});
      REQUIRE(bitmap.contains(address) == granules.contains(address >> 4));
      REQUIRE(bitmap.insert(address) == granules.insert(address >> 4).second);
    }
  }
  for (const Address granule : granules) REQUIRE(bitmap.contains(granule << 4));
}

std::vector<Address> visited(const PagedBitmap& bitmap) {
  std::vector<Address> granules;
  PagedBitmap::Cursor cursor(bitmap);
  for (Address at = cursor.next(); at != 0; at = cursor.next()) granules.push_back(at);
  CHECK(cursor.next() == 0);
  return granules;
}

TEST_CASE("a cursor visits each granule once, those of a page by address") {
  std::vector<std::uint8_t> memory(kEnough);
  Arena arena(memory.data(), memory.size());
  PagedBitmap bitmap(arena);
  CHECK(visited(bitmap).empty());
  std::set<Address> expected;
  std::mt19937_64 random(11);
  for (int i = 0; i < 2000; ++i) {
    const Address page = (random() & ((Address{1} << 57) - 1)) >> 19 << 19;
    for (const Address at : {Address{0}, random() & 0x7FFFF, Address{0x7FFF0}}) {
      bitmap.insert(page + at);
      expected.insert((page + at) & ~Address{15});
    }
  }
  const std::vector<Address> found = visited(bitmap);
  CHECK(std::set<Address>(found.begin(), found.end()) == expected);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 1; i < found.size(); ++i) {
    if (found[i] >> 19 == found[i - 1] >> 19) REQUIRE(found[i] > found[i - 1]);
  }
}

TEST_CASE("a bitmap without memory takes nothing in and says so") {
  Arena arena(nullptr, 0, 0);
  PagedBitmap bitmap(arena);
  CHECK_FALSE(bitmap.insert(0x1000));
  CHECK_FALSE(bitmap.contains(0x1000));
  CHECK(arena.failed());
}

}  // namespace
}  // namespace heapsnap
