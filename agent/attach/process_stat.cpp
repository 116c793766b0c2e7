#include "agent/attach/process_stat.h"

#include <charconv>

namespace heapsnap {
namespace {

// As proc(5) counts fields: from 1.
constexpr int kParent = 4, kStarted = 22, kExitSignal = 38;

template <class Number>
bool take(std::string_view text, Number& number) {
  return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view text) {
  const std::size_t begin = text.find('('), end = text.rfind(')');  // the name may hold anything
  if (begin == text.npos || end == text.npos || end < begin || text.size() < end + 3) {
    return std::nullopt;
  }
  ProcessStat stat{.name = std::string(text.substr(begin + 1, end - begin - 1)),
                   .state = text[end + 2]};
  text.remove_prefix(end + 2);
  bool whole = false;
  for (int field = 3; !text.empty(); ++field) {
    const std::size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    if (field == kParent && !take(word, stat.parent)) return std::nullopt;
    if (field == kStarted && !take(word, stat.started)) return std::nullopt;
    if (field == kExitSignal) whole = take(word, stat.exit_signal);
    text.remove_prefix(blank == text.npos ? text.size() : blank + 1);
  }
  if (!whole) return std::nullopt;
  return stat;
}

}  // namespace heapsnap
