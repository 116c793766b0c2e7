#include "libanalysis/python_literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace heapsnap {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;  // bytes; 0: no UTF-8
};

CodePoint decode(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || size > text.size()) return {};
  std::uint32_t value = byte(0) & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  return {value, size};
}

struct Range {
  std::uint32_t first, last;
};

// What repr() escapes: controls, separators but the blank, formats, surrogates, private use. Code
// points that no Unicode version has assigned are printed.
constexpr Range kUnprintable[] = {
    {0x00, 0x1F},     {0x7F, 0xA0},     {0xAD, 0xAD},       {0x600, 0x605},      {0x61C, 0x61C},
    {0x6DD, 0x6DD},   {0x70F, 0x70F},   {0x1680, 0x1680},   {0x180E, 0x180E},    {0x2000, 0x200F},
    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000},   {0xD800, 0xF8FF},    {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
};

bool is_printable(std::uint32_t code_point) {
  return std::ranges::none_of(kUnprintable, [code_point](const Range& range) {
    return range.first <= code_point && code_point <= range.last;
  });
}

// The escape of a character that both str and bytes escape, or nothing.
std::string_view short_escape(std::uint32_t code_point) {
  switch (code_point) {
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return "";
  }
}

std::string numeric_escape(std::uint32_t code_point) {
  if (code_point < 0x100) return fmt::format("\\x{:02x}", code_point);
  if (code_point < 0x10000) return fmt::format("\\u{:04x}", code_point);
  return fmt::format("\\U{:08x}", code_point);
}

char quote_for(std::string_view text) {
  const bool single = text.find('\'') != text.npos, twice = text.find('"') != text.npos;
  return single && !twice ? '"' : '\'';
}

}  // namespace

std::string quoted(std::string_view text) {
  const char quote = quote_for(text);
  std::string result(1, quote);
  while (!text.empty()) {
    CodePoint at = decode(text);
    const bool valid = at.size != 0;
    if (!valid) at = {static_cast<unsigned char>(text[0]), 1};
    if (const auto escape = short_escape(at.value); !escape.empty()) {
      result += escape;
    } else if (at.value == static_cast<unsigned char>(quote)) {
      result += {'\\', quote};
    } else if (valid && is_printable(at.value)) {
      result += text.substr(0, at.size);
    } else {
      result += numeric_escape(at.value);
    }
    text.remove_prefix(at.size);
  }
  return result + quote;
}

std::string quoted_bytes(std::string_view bytes) {
  const char quote = quote_for(bytes);
  std::string result(1, quote);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (const auto escape = short_escape(byte); !escape.empty()) {
      result += escape;
    } else if (c == quote) {
      result += {'\\', quote};
    } else if (byte >= 0x20 && byte < 0x7F) {
      result += c;
    } else {
      result += numeric_escape(byte);
    }
  }
  return result + quote;
}

// The shortest digits that give the same number, with an exponent as Python has it: below -4 or
// from 16 on, of at least two digits.
std::string python_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char digits[32];
  const auto scientific =
      std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific);
  const std::string_view text(digits, static_cast<std::size_t>(scientific.ptr - digits));
  const std::size_t mark = text.find('e');
  int exponent = 0;
  const char* from = text.data() + mark + 1 + (text[mark + 1] == '+');
  std::from_chars(from, text.data() + text.size(), exponent);
  if (value != 0 && (exponent < -4 || exponent >= 16)) return std::string(text);
  char plain[32];
  const auto fixed = std::to_chars(plain, plain + sizeof plain, value, std::chars_format::fixed);
  std::string result(plain, fixed.ptr);
  if (result.find('.') == result.npos) result += ".0";
  return result;
}

FirstCharacter first_character(std::string_view text) {
  const CodePoint first = decode(text);
  const bool shortest = first.size != 0 && first.value <= 0x10FFFF &&
                        utf8(first.value) == text.substr(0, first.size);
  if (!shortest) return {};
  return {first.value, first.size, is_printable(first.value)};
}

std::string utf8(std::uint32_t value) {
  const auto tail = [value](int shift) { return static_cast<char>(0x80 | (value >> shift & 0x3F)); };
  if (value < 0x80) return {static_cast<char>(value)};
  if (value < 0x800) return {static_cast<char>(0xC0 | value >> 6), tail(0)};
  if (value < 0x10000) return {static_cast<char>(0xE0 | value >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | value >> 18), tail(12), tail(6), tail(0)};
}

bool is_identifier(std::string_view text) {
  const auto fits = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::ranges::all_of(text, fits);
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace heapsnap
