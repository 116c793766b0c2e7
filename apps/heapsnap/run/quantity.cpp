#include "apps/heapsnap/run/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace heapsnap {
namespace {

using Unit = std::pair<std::string_view, double>;

constexpr std::array<Unit, 5> kDurations = {
    {{"ms", 1.0}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}}};
constexpr std::array<Unit, 1> kNoUnit = {{{"", 1.0}}};

constexpr std::array<Unit, 5> kSizes = {
    {{"", 1.0}, {"k", 1024.0}, {"M", 1048576.0}, {"G", 1073741824.0}, {"T", 1099511627776.0}}};

constexpr double kLargest = 9e15;  // beyond, a double skips whole numbers
constexpr double kLongest = 100 * 365 * 86.4e6;  // ms; clocks count nanoseconds, and overflow

// The number times its unit, or a negative number if it is none.
template <std::size_t N>
double measure(std::string_view text, const std::array<Unit, N>& units) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number,
                                            std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number)) return -1;
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, factor] : units) {
    if (suffix == name) return number * factor;
  }
  return -1;
}

tl::unexpected<Error> refuse(std::string_view text, std::string_view what) {
  return failure(ErrorCode::kUsage, "'" + std::string(text) + "' is no " + std::string(what));
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const double milliseconds = measure(text, kDurations);
  const double without_unit = measure(text, kNoUnit);
  if (without_unit > 0) {
    return failure(ErrorCode::kUsage,
                   fmt::format("'{0}' is a duration without a unit: write {0}s", text));
  }
  if (without_unit == 0 || (milliseconds >= 0 && milliseconds < 1)) {
    return failure(ErrorCode::kUsage,
                   fmt::format("'{}' is too short a duration: the shortest is 1ms", text));
  }
  if (milliseconds < 0 || milliseconds > kLongest) {
    return refuse(text, "duration: give a number and ms, s, m, h or d, such as 200ms or 5m");
  }
  return std::chrono::milliseconds(std::llround(milliseconds));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::string_view number = text;
  for (const std::string_view ending : {"B", "i"}) {
    if (number.ends_with(ending)) number.remove_suffix(1);
  }
  const double bytes = measure(number, kSizes);
  if (bytes < 1 || bytes > kLargest) {
    return refuse(text, "size: give a number and k, M or G, such as 512M or 1.5G");
  }
  return static_cast<std::uint64_t>(std::llround(bytes));
}

}  // namespace heapsnap
