// The building blocks of docs/format.md section 1, and values, written to memory.
//
// Each function writes at `out` and returns the end of what it wrote; the caller sees to the
// room (a varint takes up to kMaxVarint bytes). Freestanding, as format.h: the compiler may
// turn a loop into a call of memcpy, as it may anywhere.
#pragma once

#include <cstddef>
#include <cstdint>

#include "libsnapshot/format.h"

namespace heapsnap {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the format's order is the machine's");

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t unzigzag(std::uint64_t code) {
  return static_cast<std::int64_t>((code >> 1) ^ (0 - (code & 1)));
}

// The distance from one address to the next in units of 8, as `near` and edges have it.
constexpr std::int64_t steps_between(Address from, Address to) {
  return static_cast<std::int64_t>(to - from) >> 3;
}

template <class Unsigned>
inline std::uint8_t* put_fixed(std::uint8_t* out, Unsigned value) {
  __builtin_memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

inline std::uint8_t* put_u8(std::uint8_t* out, std::uint8_t value) { return put_fixed(out, value); }
inline std::uint8_t* put_u16(std::uint8_t* out, std::uint16_t value) {
  return put_fixed(out, value);
}
inline std::uint8_t* put_u32(std::uint8_t* out, std::uint32_t value) {
  return put_fixed(out, value);
}
inline std::uint8_t* put_u64(std::uint8_t* out, std::uint64_t value) {
  return put_fixed(out, value);
}

inline std::uint8_t* put_varint(std::uint8_t* out, std::uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

inline std::uint8_t* put_zigzag(std::uint8_t* out, std::int64_t value) {
  return put_varint(out, zigzag(value));
}

inline std::uint8_t* put_address(std::uint8_t* out, Address address) {
  return put_varint(out, address);
}

// `previous` is 0 at the start of a chunk; pass the same variable on.
inline std::uint8_t* put_near(std::uint8_t* out, Address address, Address& previous) {
  out = put_zigzag(out, steps_between(previous, address));
  previous = address;
  return out;
}

inline std::uint8_t* put_bytes(std::uint8_t* out, const void* bytes, std::size_t size) {
  const auto* from = static_cast<const std::uint8_t*>(bytes);
  for (std::size_t i = 0; i < size; ++i) out[i] = from[i];
  return out + size;
}

inline std::uint8_t* put_string(std::uint8_t* out, const void* bytes, std::size_t size) {
  return put_bytes(put_varint(out, size), bytes, size);
}

// Values (section 6, part 11; also section 7). `length` is in code points, or bytes of a bytes.
inline constexpr std::size_t kMaxPlainValue = kMaxVarint + 8;  // of all but put_text_value

inline std::uint8_t* put_value_head(std::uint8_t* out, std::uint64_t number, TextForm form) {
  return put_varint(out, number << 2 | static_cast<std::uint64_t>(form));
}

inline std::uint8_t* put_length_value(std::uint8_t* out, std::uint64_t length) {
  return put_value_head(out, length, TextForm::kLength);
}

inline std::uint8_t* put_hash_value(std::uint8_t* out, std::uint64_t length, std::uint64_t hash) {
  return put_u64(put_value_head(out, length, TextForm::kHash), hash);
}

inline std::uint8_t* put_text_value(std::uint8_t* out, std::uint64_t length, const void* bytes,
                                    std::size_t size) {
  return put_string(put_value_head(out, length, TextForm::kText), bytes, size);
}

inline std::uint8_t* put_integer_value(std::uint8_t* out, std::int64_t value) {
  const std::uint64_t code = zigzag(value);
  if (code >> 62 == 0) return put_value_head(out, code, TextForm::kLength);
  return put_hash_value(out, 0, static_cast<std::uint64_t>(value));
}

inline std::uint8_t* put_real_value(std::uint8_t* out, std::uint64_t ieee754) {
  return put_hash_value(out, 0, ieee754);
}

inline std::uint8_t* put_line_value(std::uint8_t* out, std::uint64_t first_line) {
  return put_value_head(out, first_line, TextForm::kLength);
}

}  // namespace heapsnap
