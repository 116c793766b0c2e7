#include "libsnapshot/byte_reader.h"

#include <vector>

#include <catch2/catch.hpp>

#include "libsnapshot/byte_writer.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST_CASE("numbers have the encoding that the format specifies") {
  ByteWriter out;
  out.u16(0x0102);
  out.u32(0x03040506);
  out.varint(300);
  out.zigzag(-3);
  out.string("ab");
  out.near(0x40);
  out.near(0x38);
  const Bytes expected = {2, 1, 6, 5, 4, 3, 0xAC, 2, 5, 2, 'a', 'b', 16, 1};
  CHECK(Bytes(out.bytes().begin(), out.bytes().end()) == expected);
}

TEST_CASE("what was written is read back, the extremes too") {
  constexpr std::uint64_t kNumbers[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
  ByteWriter out;
  for (const std::uint64_t number : kNumbers) {
    out.varint(number);
    out.zigzag(static_cast<std::int64_t>(number));
    out.u64(number);
    out.near(number & ~std::uint64_t{7});
  }
  out.string("");
  ByteReader in(out.bytes());
  for (const std::uint64_t number : kNumbers) {
    CHECK(in.varint() == number);
    CHECK(in.zigzag() == static_cast<std::int64_t>(number));
    CHECK(in.u64() == number);
    CHECK(in.near() == (number & ~std::uint64_t{7}));
  }
  CHECK(in.string_view().empty());
  CHECK(in.ok());
  CHECK(in.at_end());
}

TEST_CASE("a reader that failed yields zeros from then on") {
  const Bytes bytes = {1, 2, 3};
  ByteReader in(bytes, 100);
  CHECK(in.u8() == 1);
  CHECK(in.u32() == 0);
  CHECK_FALSE(in.ok());
  CHECK(in.u8() == 0);
  CHECK(in.varint() == 0);
  CHECK(in.near() == 0);
  CHECK(in.string().empty());
  const tl::unexpected<Error> error = in.damaged("thing");
  CHECK(error.value().message == "damaged thing");
  CHECK(error.value().offset == 101);
}

TEST_CASE("a varint that is cut off or has more than 64 bits is refused") {
  const Bytes cut_off = {0x80, 0x80};
  ByteReader short_one(cut_off);
  CHECK(short_one.varint() == 0);
  CHECK_FALSE(short_one.ok());

  const Bytes wide(9, 0xFF);
  for (const std::uint8_t last : {0x01, 0x02, 0x80}) {
    Bytes bytes = wide;
    bytes.push_back(last);
    bytes.push_back(0);
    ByteReader in(bytes);
    in.varint();
    CHECK(in.ok() == (last == 0x01));
  }
}

TEST_CASE("a count of more things than there are bytes for is refused") {
  const Bytes bytes = {3, 0, 0, 0};
  ByteReader in(bytes);
  CHECK(in.count() == 3);
  ByteReader large(bytes);
  CHECK(large.count(2) == 0);
  CHECK_FALSE(large.ok());
}

TEST_CASE("an enumerator beyond the last is refused") {
  const Bytes bytes = {19, 20};
  ByteReader in(bytes);
  CHECK(in.enumerator(TypeLayout::kNone) == TypeLayout::kNone);
  CHECK(in.enumerator(TypeLayout::kNone) == TypeLayout::kOther);
  CHECK_FALSE(in.ok());
}

}  // namespace
}  // namespace heapsnap
