#include "libsnapshot/siphash.h"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

constexpr std::uint64_t kNoKey[2] = {0, 0};

std::uint64_t hash_of(std::string_view text) {
  SipHash13 hash(kNoKey);
  hash.add(text.data(), text.size());
  return hash.result();
}

// CPython 3.11 and later hash bytes so, under an all zero key if PYTHONHASHSEED is 0.
TEST_CASE("SipHash-1-3 is what CPython's hash of bytes is") {
  CHECK(hash_of("a") == 0x407448d2b89b1813);
  CHECK(hash_of("abc") == 0xc03bc3a0042630f2);
  CHECK(hash_of("abcdefgh") == 0x3f7b849c0b8e35ea);
  CHECK(hash_of("abcdefghi") == 0xf89b34a3d11eb6e5);
  CHECK(hash_of("The quick brown fox jumps over the lazy dog") == 0x8df676d3d00c451e);
}

TEST_CASE("SipHash-1-3 of pieces is that of the whole") {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      SipHash13 hash(kNoKey);
      hash.add(text.data(), first);
      hash.add(text.data() + first, second - first);
      hash.add(text.data() + second, text.size() - second);
      REQUIRE(hash.result() == hash_of(text));
    }
  }
}

TEST_CASE("SipHash-1-3 depends on both halves of the key") {
  SipHash13 a({1, 0}), b({0, 1});
  a.add("abc", 3);
  b.add("abc", 3);
  const std::uint64_t of_a = a.result(), of_b = b.result();
  CHECK(of_a != of_b);
  CHECK(of_a != hash_of("abc"));
  CHECK(of_b != hash_of("abc"));
}

}  // namespace
}  // namespace heapsnap
