#include "agent/attach/process_status.h"

#include <charconv>

namespace heapsnap {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == text.npos ? std::string_view() : text.substr(begin);
}

template <class Number>
void take(std::string_view text, Number& number, int base = 10) {
  std::from_chars(text.data(), text.data() + text.size(), number, base);
}

std::uint64_t signals(std::string_view text) {
  std::uint64_t set = 0;
  take(text, set, 16);
  return set;
}

// "VmPTE:	     384 kB"
void take_size(std::string_view text, std::uint64_t& bytes) {
  std::uint64_t kilobytes = 0;
  take(text, kilobytes);
  bytes = kilobytes << 10;
}

// "Uid:	real	effective	saved	of files"
std::string_view second_word(std::string_view text) {
  const std::size_t end = text.find_first_of(" \t");
  return end == text.npos ? std::string_view() : trimmed(text.substr(end));
}

std::string_view last_word(std::string_view text) {
  const std::size_t end = text.find_last_of(" \t");
  return end == text.npos ? text : text.substr(end + 1);
}

void take_line(std::string_view line, ProcessStatus& status) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return;
  const std::string_view key = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
  if (key == "Name") status.name = value;
  if (key == "State" && !value.empty()) status.state = value[0];
  if (key == "TracerPid") take(value, status.tracer);
  if (key == "NSpid") take(last_word(value), status.own_pid);
  if (key == "Uid") take(second_word(value), status.user);
  if (key == "VmPTE") take_size(value, status.page_tables);
  if (key == "Seccomp") take(value, status.seccomp);
  if (key == "Seccomp_filters") take(value, status.seccomp_filters);
  if (key == "SigBlk") status.blocked = signals(value);
  if (key == "SigCgt") status.handled = signals(value);
  if (key == "ShdPnd") status.shared_pending = signals(value);
  if (key == "SigPnd" || key == "ShdPnd") status.pending |= signals(value);
}

}  // namespace

ProcessStatus parse_status(std::string_view text) {
  ProcessStatus status;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    take_line(text.substr(0, end), status);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return status;
}

}  // namespace heapsnap
