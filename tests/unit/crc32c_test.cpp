#include "libsnapshot/crc32c.h"

#include <random>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

TEST_CASE("CRC-32C has the values that RFC 3720 gives") {
  const Crc32c crc;
  std::vector<std::uint8_t> bytes(32, 0);
  CHECK(crc.of(bytes.data(), bytes.size()) == 0x8A9136AA);
  bytes.assign(32, 0xFF);
  CHECK(crc.of(bytes.data(), bytes.size()) == 0x62A8AB43);
  for (std::size_t i = 0; i < 32; ++i) bytes[i] = static_cast<std::uint8_t>(i);
  CHECK(crc.of(bytes.data(), bytes.size()) == 0x46DD794E);
  bytes = bytes_of("123456789");
  CHECK(crc.of(bytes.data(), bytes.size()) == 0xE3069283);
}

TEST_CASE("CRC-32C of pieces is that of the whole, and the table agrees with the instruction") {
  const Crc32c crc;
  std::mt19937_64 random(3);
  std::vector<std::uint8_t> bytes(257);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::uint32_t whole = crc.of(bytes.data(), size);
    REQUIRE(whole == ~Crc32c::by_table(bytes.data(), size, ~0u));
    const std::size_t half = size / 3;
    REQUIRE(crc.of(bytes.data() + half, size - half, crc.of(bytes.data(), half)) == whole);
  }
}

}  // namespace
}  // namespace heapsnap
