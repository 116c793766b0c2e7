// line_of() finds the source line of an instruction.
//
// The tables are those of code objects: co_linetable. Its two formats are described in CPython's
// Objects/lnotab_notes.txt (3.10) and Objects/locations.md, before 3.12 locations.txt (3.11+).
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapsnap {

namespace detail {

// 3.10: pairs of a signed line step and the bytes of code that it is good for; the step -128 marks
// code without a line.
constexpr std::int64_t line_in_pairs(const std::uint8_t* table, std::size_t size, std::int64_t line,
                                     std::int64_t at) {
  std::int64_t end = 0;
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    const auto step = static_cast<std::int8_t>(table[i + 1]);
    if (step != -128) line += step;
    end += table[i];
    if (at < end) return step == -128 ? 0 : line;
  }
  return 0;
}

// A signed varint of six bits a byte, low bits first; bit 6 says that more follow.
constexpr std::int64_t signed_step(const std::uint8_t* table, std::size_t size, std::size_t i) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; i < size && shift < 60; shift += 6) {
    const std::uint8_t byte = table[i++];
    value |= static_cast<std::uint64_t>(byte & 0x3F) << shift;
    if ((byte & 0x40) == 0) break;
  }
  const auto magnitude = static_cast<std::int64_t>(value >> 1);
  return value & 1 ? -magnitude : magnitude;
}

// 3.11+: entries that start with a byte whose high bit is set, and no other byte's is.
constexpr std::int64_t line_in_entries(const std::uint8_t* table, std::size_t size,
                                       std::int64_t line, std::int64_t at) {
  enum : unsigned { kOneLine = 10, kNoColumns = 13, kLong = 14, kNone = 15 };
  std::int64_t end = 0;
  for (std::size_t i = 0; i < size;) {
    const unsigned code = table[i] >> 3 & 15;
    end += ((table[i] & 7) + 1) * 2;
    if (code == kNoColumns || code == kLong) {
      line += signed_step(table, size, i + 1);
    } else if (code >= kOneLine && code < kNoColumns) {
      line += code - kOneLine;
    }
    if (at < end) return code == kNone ? 0 : line;
    do ++i;
    while (i < size && (table[i] & 0x80) == 0);
  }
  return 0;
}

}  // namespace detail

// `at`: byte offset of the instruction. 0: it has no line, or the table ends before it.
constexpr std::int64_t line_of(std::uint32_t minor, const std::uint8_t* table, std::size_t size,
                               std::int64_t first_line, std::int64_t at) {
  if (at < 0) return first_line;  // not started yet
  return minor == 10 ? detail::line_in_pairs(table, size, first_line, at)
                     : detail::line_in_entries(table, size, first_line, at);
}

}  // namespace heapsnap
