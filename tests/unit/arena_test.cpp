#include "agent/walk/arena.h"

#include <vector>

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

TEST_CASE("an arena uses up what the host gave before it maps") {
  std::vector<std::uint8_t> memory(4096 + 64);
  Arena arena(memory.data(), memory.size());
  const auto* first = static_cast<std::uint8_t*>(arena.allocate(4096));
  CHECK(first == memory.data());
  CHECK(arena.mapped() == 0);
  const auto* second = static_cast<std::uint8_t*>(arena.allocate(4096));
  CHECK(second != nullptr);
  CHECK(arena.mapped() == std::size_t{4} << 20);
  CHECK(second[0] == 0);
  CHECK(second[4095] == 0);
}

TEST_CASE("an arena gives out pieces that do not overlap") {
  Arena arena(nullptr, 0);
  const auto* a = static_cast<std::uint8_t*>(arena.allocate(1));
  const auto* b = static_cast<std::uint8_t*>(arena.allocate(100));
  const auto* c = static_cast<std::uint8_t*>(arena.allocate(8));
  CHECK(b >= a + 1);
  CHECK(c >= b + 100);
}

TEST_CASE("an arena maps as much as a large request needs") {
  Arena arena(nullptr, 0);
  auto* bytes = static_cast<std::uint8_t*>(arena.allocate(std::size_t{9} << 20));
  REQUIRE(bytes != nullptr);
  bytes[(std::size_t{9} << 20) - 1] = 1;
  CHECK(arena.mapped() == std::size_t{12} << 20);
}

TEST_CASE("an arena at its limit says that it failed, and still gives what it has") {
  std::vector<std::uint8_t> memory(256);
  Arena arena(memory.data(), memory.size(), std::size_t{4} << 20);
  CHECK(arena.allocate(std::size_t{8} << 20) == nullptr);
  CHECK(arena.failed());
  CHECK(arena.allocate(64) == memory.data());
}

}  // namespace
}  // namespace heapsnap
