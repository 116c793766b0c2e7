// Values as Python's repr() writes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heapsnap {

// Text (UTF-8, lone surrogates as three bytes) in single quotes, or in double quotes if it holds
// single ones only. What cannot be printed is escaped; so are bytes that are no UTF-8.
std::string quoted(std::string_view text);
// The same of bytes, without the b.
std::string quoted_bytes(std::string_view bytes);

std::string python_float(double value);

std::size_t code_points(std::string_view text);

}  // namespace heapsnap
