// Text of the target as it may stand in an answer.
//
// Snapshot text is UTF-8 in which lone surrogates have their three-byte form (WTF-8), and it may
// hold anything that the program held: line ends, escape sequences for terminals, broken bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heapsnap {

// For people: control characters as \n or \x1b, characters that show nothing or turn the line
// around as \u200b or \u202e, lone surrogates as \udc80. A broken byte b is shown as Python's
// surrogateescape would name it, \udcXX. Backslashes are left alone: labels and selectors have
// escapes of their own, and stay what may be pasted.
std::string printable(std::string_view text);

// The same text as a JSON string, with its quotes.
std::string json_string(std::string_view text);

// Columns that printable text takes up on a terminal, one a code point.
std::size_t text_width(std::string_view printable_text);

}  // namespace heapsnap
