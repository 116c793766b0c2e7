#include "libanalysis/classifiers/select_text.h"

#include <algorithm>

namespace heapsnap {
namespace {

// Characters that end a bare name, or mean something in it: `*` matches anything, for one.
constexpr std::string_view kSpecial = " \t\n\r'\"\\&|!(),;*{}=";

bool is_bare(std::string_view name) {
  const auto is_plain = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F && kSpecial.find(c) == kSpecial.npos;
  };
  return !name.empty() && std::ranges::all_of(name, is_plain);
}

}  // namespace

std::string select(std::string_view attribute, std::string_view name) {
  std::string text(attribute);
  text += ':';
  if (is_bare(name)) return text += name;
  text += '\'';
  for (const char c : name) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text += '\'';
}

}  // namespace heapsnap
