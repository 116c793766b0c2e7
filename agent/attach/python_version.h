// The version of a CPython, as its text and as sys.hexversion has it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace heapsnap {

// "3.10.13" is 0x030a0df0; also "3.15.0b1" and "3.15.0a7+". Nothing: the text is no version.
std::optional<std::uint32_t> parse_version(std::string_view text);

// "3.10.13" of 0x030a0df0.
std::string version_text(std::uint32_t hexversion);

// The version of Python 3 that a text as sys.version begins with, "3.10.13 (main, ", among a
// program's data: the first. `minor`: only of this one; 0: of any.
std::optional<std::uint32_t> find_version(std::span<const std::uint8_t> data, unsigned minor);

// The minor version in a file's name, as of "libpython3.10.so.1.0" and "python3.10"; 0: none.
unsigned minor_in_name(std::string_view file_name);

}  // namespace heapsnap
