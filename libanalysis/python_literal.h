// Values as Python's repr() writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heapsnap {

// Text (UTF-8, lone surrogates as three bytes) in single quotes, or in double quotes if it holds
// single ones only. What cannot be printed is escaped; so are bytes that are no UTF-8.
std::string quoted(std::string_view text);
// The same of bytes, without the b.
std::string quoted_bytes(std::string_view bytes);

std::string python_float(double value);

// The character that a text, which is not empty, begins with.
struct FirstCharacter {
  std::uint32_t value = 0;
  std::size_t size = 0;    // in bytes; 0: a byte that is no UTF-8
  bool printable = false;  // as repr() sees it
};
FirstCharacter first_character(std::string_view text);

// A character's bytes: one to four.
std::string utf8(std::uint32_t value);

// Whether it can be the name of an attribute. Every character that is not ASCII is taken for a letter.
bool is_identifier(std::string_view text);

std::size_t code_points(std::string_view text);

}  // namespace heapsnap
