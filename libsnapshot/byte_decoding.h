// Varints read from memory that is known to hold them, the mirror image of byte_encoding.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "libsnapshot/format.h"

namespace heapsnap {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the format's order is the machine's");

// The little-endian integer at `in`.
template <class Unsigned>
inline Unsigned get_fixed(const std::uint8_t* in) {
  Unsigned value;
  __builtin_memcpy(&value, in, sizeof value);
  return value;
}

// Reads a varint of more than two bytes; see get_varint.
inline const std::uint8_t* get_long_varint(const std::uint8_t* in, std::uint64_t& value) {
  std::uint64_t result = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t byte = *in++;
    if (shift == 63 && byte > 1) break;
    result |= (byte & 0x7F) << shift;
    if (byte < 0x80) {
      value = result;
      return in;
    }
  }
  value = 0;
  return nullptr;
}

// Reads a varint and returns its end, or null if it has more than 64 bits. It may read
// kMaxVarint bytes.
inline const std::uint8_t* get_varint(const std::uint8_t* in, std::uint64_t& value) {
  if (in[0] < 0x80) {
    value = in[0];
    return in + 1;
  }
  if (in[1] < 0x80) {
    value = (in[0] & 0x7Fu) | std::uint64_t{in[1]} << 7;
    return in + 2;
  }
  return get_long_varint(in, value);
}

// The end of the varint at `in`, without a branch that depends on its length; null if that is
// more than 8 bytes. It reads 8 bytes.
inline const std::uint8_t* skip_short_varint(const std::uint8_t* in) {
  const std::uint64_t last = ~get_fixed<std::uint64_t>(in) & 0x8080808080808080u;
  return last != 0 ? in + __builtin_ctzll(last) / 8 + 1 : nullptr;
}

}  // namespace heapsnap
