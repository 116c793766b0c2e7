#include "apps/heapsnap/sparkline.h"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string_view>

namespace heapsnap {
namespace {

constexpr std::string_view kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kPlainBars[] = {"_", ".", ":", "#"};

}  // namespace

std::string sparkline(const std::vector<std::uint64_t>& numbers, bool utf8) {
  if (numbers.empty()) return "";
  const auto bars = utf8 ? std::span<const std::string_view>(kBars) : std::span(kPlainBars);
  const auto [least, greatest] = std::ranges::minmax(numbers);
  const double range = static_cast<double>(greatest - least);
  std::string line;
  for (const std::uint64_t number : numbers) {
    const double share = range == 0 ? 0 : static_cast<double>(number - least) / range;
    line += bars[static_cast<std::size_t>(share * static_cast<double>(bars.size() - 1) + 0.5)];
  }
  return line;
}

bool locale_is_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    std::string name = value;
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name.find("utf-8") != name.npos || name.find("utf8") != name.npos;
  }
  return false;
}

}  // namespace heapsnap
