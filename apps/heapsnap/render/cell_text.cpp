#include "apps/heapsnap/render/cell_text.h"

#include <fmt/format.h>

#include "apps/heapsnap/render/printable.h"

namespace heapsnap {
namespace {

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

// One decimal from 1 KiB on, in the largest unit in which that shows at least 1.0.
std::string human_bytes(std::uint64_t value) {
  if (value < 1024) return fmt::format("{} B", value);
  constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double size = static_cast<double>(value) / 1024;
  std::size_t unit = 0;
  while (size >= 1023.95 && unit + 1 < std::size(kUnits)) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string human_duration(std::uint64_t nanoseconds) {
  const double value = static_cast<double>(nanoseconds);
  if (value < 999.5) return fmt::format("{} ns", nanoseconds);
  if (value < 999.95e3) return fmt::format("{:.1f} us", value / 1e3);
  if (value < 999.95e6) return fmt::format("{:.1f} ms", value / 1e6);
  const double seconds = value / 1e9;
  if (seconds < 999.95) return fmt::format("{:.1f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.1f} m", seconds / 60);
  if (seconds < 2 * 86400) return fmt::format("{:.1f} h", seconds / 3600);
  return fmt::format("{:.1f} d", seconds / 86400);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += ", ";
    text += printable(part);
  }
  return text;
}

// The label and the object of each.
std::string listed(const std::vector<Edge>& edges) {
  std::string text;
  for (const Edge& edge : edges) {
    if (!text.empty()) text += ", ";
    text += printable(edge.label);
    if (edge.object) text += fmt::format(" @{:#x}", *edge.object);
  }
  return text;
}

std::uint64_t magnitude(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

// The text of each alternative of Cell.
struct Text {
  Sizes sizes;
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(const std::string& text) const { return printable(text); }
  std::string operator()(const std::vector<std::string>& parts) const { return joined(parts); }
  std::string operator()(Bytes bytes) const {
    return sizes == Sizes::kRaw ? std::to_string(bytes.value) : human_bytes(bytes.value);
  }
  std::string operator()(SignedBytes bytes) const {
    return (bytes.value < 0 ? "-" : "") + (*this)(Bytes{magnitude(bytes.value)});
  }
  std::string operator()(Count count) const {
    return sizes == Sizes::kRaw ? std::to_string(count.value) : grouped(count.value);
  }
  std::string operator()(CountChange change) const {
    return changed(change.value, (*this)(Count{magnitude(change.value)}));
  }
  std::string operator()(BytesChange change) const {
    return changed(change.value, (*this)(Bytes{magnitude(change.value)}));
  }
  std::string operator()(PercentChange change) const {
    if (!change.value) return "";
    return *change.value == 0 ? "=" : fmt::format("{:+.1f}%", *change.value);
  }
  std::string operator()(Percent percent) const { return fmt::format("{:.1f}%", percent.value); }
  std::string operator()(Number number) const { return std::to_string(number.value); }
  std::string operator()(Nanoseconds time) const {
    return sizes == Sizes::kRaw ? std::to_string(time.value) : human_duration(time.value);
  }
  std::string operator()(Object object) const { return fmt::format("@{:#x}", object.address); }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(const std::vector<Edge>& edges) const { return listed(edges); }
  std::string operator()(const Counts& counts) const {
    std::string text;
    for (const std::uint64_t value : counts.values) {
      text += (text.empty() ? "" : " ") + (*this)(Count{value});
    }
    return text;
  }

  // Scripts are given the number alone.
  std::string changed(std::int64_t value, const std::string& size) const {
    if (value < 0) return "-" + size;
    if (sizes == Sizes::kRaw) return size;
    return value == 0 ? "=" : "+" + size;
  }
};

}  // namespace

std::string cell_text(const Cell& cell, Sizes sizes) { return std::visit(Text{sizes}, cell); }

bool is_number(const Cell& cell) {
  return std::holds_alternative<Bytes>(cell) || std::holds_alternative<SignedBytes>(cell) ||
         std::holds_alternative<Count>(cell) || std::holds_alternative<CountChange>(cell) ||
         std::holds_alternative<BytesChange>(cell) ||
         std::holds_alternative<PercentChange>(cell) || std::holds_alternative<Percent>(cell) ||
         std::holds_alternative<Number>(cell) || std::holds_alternative<Nanoseconds>(cell);
}

}  // namespace heapsnap
