#include "apps/heapsnap/render/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace heapsnap {
namespace {

struct Character {
  std::uint32_t code;  // a broken byte b is 0xDC00 + b
  std::size_t length;  // bytes that it takes up in the text
};

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first >= 0xC2 && first < 0xE0 && continues(text, at + 1)) {
    return {(first & 0x1F) << 6 | (byte(1) & 0x3Fu), 2};
  }
  if (first >= 0xE0 && first < 0xF0 && continues(text, at + 1) && continues(text, at + 2)) {
    const std::uint32_t code = (first & 0xF) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (code >= 0x800) return {code, 3};
  }
  if (first >= 0xF0 && first < 0xF5 && continues(text, at + 1) && continues(text, at + 2) &&
      continues(text, at + 3)) {
    const std::uint32_t code = (first & 7) << 18 | (byte(1) & 0x3Fu) << 12 |
                               (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    if (code >= 0x10000 && code <= 0x10FFFF) return {code, 4};
  }
  return {0xDC00 + first, 1};
}

bool is_surrogate(std::uint32_t code) { return code >= 0xD800 && code < 0xE000; }

struct Range {
  std::uint32_t first, last;
};

// Controls, and what has no shape of its own but joins, parts or turns around what stands next to
// it: the soft hyphen, joiners, direction marks, line separators, invisible operators, tags.
constexpr Range kUnseen[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},   {0x180E, 0x180E},
    {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
    {0xE0000, 0xE007F},
};

bool is_unseen(std::uint32_t code) {
  return std::ranges::any_of(
      kUnseen, [code](const Range& range) { return range.first <= code && code <= range.last; });
}

std::string numeric_escape(std::uint32_t code) {
  if (code < 0x100) return fmt::format("\\x{:02x}", code);
  if (code < 0x10000) return fmt::format("\\u{:04x}", code);
  return fmt::format("\\U{:08x}", code);
}

// Appends the two-character escape that Python and JSON share, if the character has one.
bool append_short_escape(std::string& out, std::uint32_t code) {
  switch (code) {
    case '\n': out += "\\n"; return true;
    case '\r': out += "\\r"; return true;
    case '\t': out += "\\t"; return true;
    default: return false;
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = character_at(text, at);
    if (append_short_escape(out, code)) {
      // done
    } else if (is_unseen(code) || is_surrogate(code)) {
      out += numeric_escape(code);
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = character_at(text, at);
    if (append_short_escape(out, code)) {
      // done
    } else if (code == '"' || code == '\\') {
      out += '\\';
      out += static_cast<char>(code);
    } else if (code < 0x20 || code == 0x7F || is_surrogate(code)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out += '"';
}

std::size_t text_width(std::string_view printable_text) {
  std::size_t width = 0;
  for (const char c : printable_text) width += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return width;
}

}  // namespace heapsnap
