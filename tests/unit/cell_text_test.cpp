#include "apps/heapsnap/render/cell_text.h"

#include <catch2/catch.hpp>
#include <limits>

namespace heapsnap {
namespace {

std::string human(const Cell& cell) { return cell_text(cell, Sizes::kHuman); }
std::string raw(const Cell& cell) { return cell_text(cell, Sizes::kRaw); }

TEST_CASE("bytes have one decimal and the largest unit that shows at least one") {
  CHECK(human(Bytes{0}) == "0 B");
  CHECK(human(Bytes{1023}) == "1023 B");
  CHECK(human(Bytes{1024}) == "1.0 KiB");
  CHECK(human(Bytes{1258291}) == "1.2 MiB");
  CHECK(human(Bytes{1048575}) == "1.0 MiB");  // not 1024.0 KiB
  CHECK(human(Bytes{std::numeric_limits<std::uint64_t>::max()}) == "16.0 EiB");
  CHECK(raw(Bytes{1258291}) == "1258291");
}

TEST_CASE("bytes that may be below zero read as others do") {
  CHECK(human(SignedBytes{1258291}) == "1.2 MiB");
  CHECK(human(SignedBytes{-1258291}) == "-1.2 MiB");
  CHECK(human(SignedBytes{std::numeric_limits<std::int64_t>::min()}) == "-8.0 EiB");
  CHECK(raw(SignedBytes{-1258291}) == "-1258291");
  CHECK(is_number(SignedBytes{-1}));
}

TEST_CASE("counts are grouped for people only") {
  CHECK(human(Count{0}) == "0");
  CHECK(human(Count{999}) == "999");
  CHECK(human(Count{1000}) == "1,000");
  CHECK(human(Count{1234567}) == "1,234,567");
  CHECK(raw(Count{1234567}) == "1234567");
}

TEST_CASE("numbers that name something are never grouped") {
  CHECK(human(Number{1234567}) == "1234567");
  CHECK(human(Number{-1}) == "-1");
}

TEST_CASE("times take the unit that leaves at most three digits") {
  CHECK(human(Nanoseconds{999}) == "999 ns");
  CHECK(human(Nanoseconds{1500}) == "1.5 us");
  CHECK(human(Nanoseconds{999'999}) == "1.0 ms");
  CHECK(human(Nanoseconds{2'500'000'000}) == "2.5 s");
  CHECK(human(Nanoseconds{5'400'000'000'000}) == "90.0 m");
  CHECK(human(Nanoseconds{9'000'000'000'000}) == "2.5 h");
  CHECK(human(Nanoseconds{432'000'000'000'000}) == "5.0 d");
  CHECK(raw(Nanoseconds{1500}) == "1500");
}

TEST_CASE("an object is its address, as it can be pasted into a command") {
  CHECK(human(Object{0x7f21a0c3d40}) == "@0x7f21a0c3d40");
}

TEST_CASE("parts are joined and nothing is nothing") {
  CHECK(human(std::vector<std::string>{"dict", "64"}) == "dict, 64");
  CHECK(human(std::vector<std::string>{}) == "");
  CHECK(human(std::monostate{}) == "");
  CHECK(human(true) == "yes");
  CHECK(human(false) == "no");
}

TEST_CASE("text of the target cannot steer the terminal") {
  CHECK(human(std::string("a\x1b[2Jb\nc")) == "a\\x1b[2Jb\\nc");
}

}  // namespace
}  // namespace heapsnap
