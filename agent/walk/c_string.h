// Lengths and comparisons of C strings, for code without a C library.
#pragma once

#include <cstddef>

namespace heapsnap {

constexpr std::size_t text_length(const char* text) {
  std::size_t length = 0;
  while (text[length] != 0) ++length;
  return length;
}

constexpr bool same_text(const char* a, const char* b) {
  while (*a != 0 && *a == *b) ++a, ++b;
  return *a == *b;
}

constexpr bool same_bytes(const char* text, const void* bytes, std::size_t size) {
  const auto* other = static_cast<const char*>(bytes);
  for (std::size_t i = 0; i < size; ++i) {
    if (text[i] != other[i] || text[i] == 0) return false;
  }
  return text[size] == 0;
}

}  // namespace heapsnap
