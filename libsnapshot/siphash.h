// SipHash-1-3: the keyed hash that stands in a snapshot for text which may not leave the process.
//
//     SipHash13 hash(key);
//     hash.add(first, n);  hash.add(rest, m);
//     hash.result();
//
// In pieces, so that whoever hashes a large text can do something in between. Freestanding, as
// format.h. After Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), with one
// round a word and three at the end.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapsnap {

class SipHash13 {
 public:
  explicit SipHash13(const std::uint64_t (&key)[2])
      : v0_(key[0] ^ 0x736F6D6570736575u),
        v1_(key[1] ^ 0x646F72616E646F6Du),
        v2_(key[0] ^ 0x6C7967656E657261u),
        v3_(key[1] ^ 0x7465646279746573u) {}

  void add(const void* bytes, std::size_t size) {
    const auto* from = static_cast<const std::uint8_t*>(bytes);
    const auto* end = from + size;
    while (from != end && (size_ & 7) != 0) add_byte(*from++);
    for (; end - from >= 8; from += 8, size_ += 8) {
      std::uint64_t word;
      __builtin_memcpy(&word, from, sizeof word);
      add_word(word);
    }
    while (from != end) add_byte(*from++);
  }

  // Of all that was added; nothing may be added after.
  std::uint64_t result() {
    add_word(size_ << 56 | pending_);
    v2_ ^= 0xFF;
    for (int i = 0; i < 3; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  void add_byte(std::uint8_t byte) {
    pending_ |= std::uint64_t{byte} << 8 * (size_ & 7);
    if ((++size_ & 7) == 0) {
      add_word(pending_);
      pending_ = 0;
    }
  }

  void add_word(std::uint64_t word) {
    v3_ ^= word;
    round();
    v0_ ^= word;
  }

  static std::uint64_t rotate(std::uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

  void round() {
    v0_ += v1_;
    v1_ = rotate(v1_, 13) ^ v0_;
    v0_ = rotate(v0_, 32);
    v2_ += v3_;
    v3_ = rotate(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = rotate(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = rotate(v1_, 17) ^ v2_;
    v2_ = rotate(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
  std::uint64_t size_ = 0;
  std::uint64_t pending_ = 0;  // the bytes since the last whole word
};

}  // namespace heapsnap
