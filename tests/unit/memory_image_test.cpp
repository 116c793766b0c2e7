#include "agent/image/memory_image.h"

#include <catch2/catch.hpp>

#include <numeric>

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes counting(std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

int byte_at(const MemoryImage& image, Address address) {
  std::uint8_t byte = 0;
  return image.read(address, &byte, 1) ? byte : -1;
}

TEST_CASE("an image has the bytes of its pieces and no others") {
  const Bytes bytes = counting(16);
  MemoryImage image;
  image.add({.start = 0x5000, .bytes = bytes});
  image.add({.start = 0x1000, .bytes = bytes});
  image.seal();
  CHECK(byte_at(image, 0x0fff) == -1);
  CHECK(byte_at(image, 0x1000) == 0);
  CHECK(byte_at(image, 0x100f) == 15);
  CHECK(byte_at(image, 0x1010) == -1);
  CHECK(byte_at(image, 0x5007) == 7);
  CHECK(image.size() == 32);
}

TEST_CASE("what was added first counts, and others fill what it leaves free") {
  const Bytes first(4, 200), others = counting(16);
  MemoryImage image;
  image.add({.start = 0x1004, .bytes = first, .writable = true});
  image.add({.start = 0x1000, .bytes = others});
  image.seal();
  CHECK(image.size() == 16);
  CHECK(byte_at(image, 0x1003) == 3);
  CHECK(byte_at(image, 0x1004) == 200);
  CHECK(byte_at(image, 0x1007) == 200);
  CHECK(byte_at(image, 0x1008) == 8);
  CHECK(image.find(0x1005)->writable);
  CHECK_FALSE(image.find(0x1008)->writable);
}

TEST_CASE("a read goes on in the next piece, and fails where there is none") {
  const Bytes first = counting(8), second = counting(8);
  MemoryImage image;
  image.add({.start = 0x1000, .bytes = first});
  image.add({.start = 0x1008, .bytes = second, .writable = true});
  image.seal();
  std::uint8_t read[8] = {};
  REQUIRE(image.read(0x1004, read, sizeof read));
  CHECK(Bytes(read, read + 8) == Bytes{4, 5, 6, 7, 0, 1, 2, 3});
  CHECK_FALSE(image.read(0x1009, read, sizeof read));
}

TEST_CASE("a piece that would go around the end of all addresses is none") {
  const Bytes bytes = counting(16);
  MemoryImage image;
  image.add({.start = ~Address{0} - 7, .bytes = bytes});
  image.add({.start = 0x1000, .bytes = {}});
  image.seal();
  CHECK(image.pieces().empty());
  CHECK(byte_at(image, ~Address{0}) == -1);
}

}  // namespace
}  // namespace heapsnap
