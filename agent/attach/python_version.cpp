#include "agent/attach/python_version.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace heapsnap {
namespace {

constexpr std::size_t kMostText = 24;  // of a version, and what follows
constexpr unsigned kMostMinor = 30;    // SQLite's versions, beyond, begin with 3 as well

bool take_number(std::string_view& text, unsigned most, unsigned& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number > most) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

struct Level {
  std::string_view text;
  unsigned number;
};
constexpr std::array<Level, 3> kLevels = {{{"a", 0xA}, {"b", 0xB}, {"rc", 0xC}}};
constexpr unsigned kFinal = 0xF;

}  // namespace

std::optional<std::uint32_t> parse_version(std::string_view text) {
  unsigned major = 0, minor = 0, micro = 0, serial = 0, number = kFinal;
  if (!take_number(text, 255, major) || !take(text, ".") || !take_number(text, 255, minor) ||
      !take(text, ".") || !take_number(text, 255, micro)) {
    return std::nullopt;
  }
  for (const Level& level : kLevels) {
    if (!take(text, level.text)) continue;
    number = level.number;
    if (!take_number(text, 15, serial)) return std::nullopt;
    break;
  }
  take(text, "+");
  if (!text.empty()) return std::nullopt;
  return major << 24 | minor << 16 | micro << 8 | number << 4 | serial;
}

std::string version_text(std::uint32_t hexversion) {
  std::string text =
      fmt::format("{}.{}.{}", hexversion >> 24, hexversion >> 16 & 255, hexversion >> 8 & 255);
  for (const Level& level : kLevels) {
    if ((hexversion >> 4 & 15) == level.number) {
      text += fmt::format("{}{}", level.text, hexversion & 15);
    }
  }
  return text;
}

std::optional<std::uint32_t> find_version(std::span<const std::uint8_t> data, unsigned minor) {
  const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  constexpr std::string_view kMajor = "3.", kAfter = " (", kOfNumbers = "0123456789.";
  for (std::size_t at = text.find(kMajor); at != text.npos; at = text.find(kMajor, at + 1)) {
    const bool begins = at == 0 || kOfNumbers.find(text[at - 1]) == kOfNumbers.npos;
    const std::string_view rest = text.substr(at, kMostText);
    const std::size_t end = rest.find(kAfter);
    if (!begins || end == rest.npos) continue;
    const auto version = parse_version(rest.substr(0, end));
    if (!version) continue;
    const unsigned found = *version >> 16 & 255;
    if (minor == 0 ? found <= kMostMinor : found == minor) return version;
  }
  return std::nullopt;
}

unsigned minor_in_name(std::string_view file_name) {
  constexpr std::string_view kPython = "python3.";
  const std::size_t at = file_name.find(kPython);
  if (at == file_name.npos) return 0;
  file_name.remove_prefix(at + kPython.size());
  unsigned minor = 0;
  return take_number(file_name, 255, minor) ? minor : 0;
}

}  // namespace heapsnap
