#include "libanalysis/signature.h"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

namespace heapsnap {
namespace {

// How often a step came again depends on what is in the heap: `.head(.next)*` is `.head.next`.
std::string without_repetition(std::string_view path) {
  std::string text;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '(') open.push_back(text.size());
    const bool closes = path[i] == ')' && !open.empty();
    if (closes && path.substr(i + 1).starts_with('*')) {
      text.erase(open.back(), 1);
      ++i;
    } else {
      text += path[i];
    }
    if (closes) open.pop_back();
  }
  return text;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3u;
  return hash;
}

bool is_word(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// `registry-live` of `app.registry._live[*]`, or of its keys.
std::string last_names(std::string_view path) {
  path = path.substr(0, path.rfind(".keys()"));
  std::vector<std::string> names = {""};
  for (const char c : path) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (is_word(c) && !(c == '_' && names.back().empty())) {
      names.back() += lower;
    } else if (!names.back().empty()) {
      names.emplace_back();
    }
  }
  std::string text;
  if (names.back().empty()) names.pop_back();
  for (std::size_t i = names.size() > 2 ? names.size() - 2 : 0; i < names.size(); ++i) {
    std::string name = names[i];
    while (name.ends_with('_')) name.pop_back();
    text += "-" + name;
  }
  return text;
}

}  // namespace

std::string signature(std::string_view path, std::string_view type) {
  const std::string plain = without_repetition(path);
  const std::uint64_t hash = hash_of(plain + "\n" + std::string(type));
  return fmt::format("{:04x}{}", hash & 0xFFFF, last_names(plain));
}

}  // namespace heapsnap
