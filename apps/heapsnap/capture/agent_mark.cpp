#include "apps/heapsnap/capture/agent_mark.h"

#include <charconv>
#include <csignal>

#include <fmt/format.h>

#include "agent/module/mark.h"

namespace heapsnap {
namespace {

constexpr std::size_t kTokenDigits = 16;
constexpr std::string_view kDeleted = " (deleted)";  // has no name in a file system

std::string_view take_field(std::string_view& text) {
  const std::size_t end = text.find(':');
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return field;
}

template <class Value>
void take_number(std::string_view text, Value& value, int base) {
  std::from_chars(text.data(), text.data() + text.size(), value, base);
}

// The name of a mapping is whatever the process says: what a socket is called by is checked.
bool is_token(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return text.size() == kTokenDigits && text.find_first_not_of(kDigits) == text.npos;
}

}  // namespace

std::optional<AgentMark> parse_mark(std::string_view mapping) {
  const std::string start = fmt::format("/memfd:{}1:", kMarkPrefix);
  if (!mapping.starts_with(start)) return std::nullopt;
  std::string_view text = mapping.substr(start.size());
  if (text.ends_with(kDeleted)) text.remove_suffix(kDeleted.size());
  AgentMark mark;
  take_number(take_field(text), mark.signal, 10);
  if (mark.signal < 1 || mark.signal >= NSIG) return std::nullopt;
  mark.mode = take_field(text);
  mark.token = take_field(text);
  if (!is_token(mark.token)) return std::nullopt;
  take_number(take_field(text), mark.handler, 16);
  mark.strings = text;
  return mark;
}

}  // namespace heapsnap
