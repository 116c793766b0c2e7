#include "apps/heapsnap/shell_quote.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "apps/heapsnap/render/printable.h"

namespace heapsnap {
namespace {

// Octal, as it has an end: of \x some shells take all digits that follow.
std::string escaped(std::string_view word) {
  std::string out = "$'";
  for (const char c : word) {
    if (c >= ' ' && c <= '~' && c != '\'' && c != '\\') {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "\\{:03o}", static_cast<unsigned char>(c));
    }
  }
  return out + "'";
}

}  // namespace

std::string shell_quote(std::string_view word) {
  const bool plain = !word.empty() && std::ranges::all_of(word, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_-./:=@%+,").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(word);
  if (printable(word) != word) return escaped(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace heapsnap
