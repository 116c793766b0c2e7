#include "libanalysis/process_memory.h"

#include <charconv>
#include <string_view>

namespace heapsnap {
namespace {

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t place = text.find(end);
  const std::string_view taken = text.substr(0, place);
  text.remove_prefix(place == text.npos ? text.size() : place + 1);
  return taken;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view() : text.substr(first);
}

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (done.ec != std::errc()) return std::nullopt;
  return value;
}

// The bytes of a line "Name:   123 kB".
std::optional<std::uint64_t> kilobytes(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (take_until(line, ':') != name) continue;
    const auto value = number<std::uint64_t>(without_blanks(line));
    if (!value || *value > UINT64_MAX / 1024) return std::nullopt;
    return *value * 1024;
  }
  return std::nullopt;
}

std::optional<Mapping> mapping(std::string_view line) {
  const auto begin = number<Address>(take_until(line, '-'), 16);
  const auto end = number<Address>(take_until(line, ' '), 16);
  if (!begin || !end || *end < *begin) return std::nullopt;
  Mapping result{.begin = *begin, .end = *end, .permissions = std::string(take_until(line, ' '))};
  for (int i = 0; i < 3; ++i) take_until(line, ' ');  // offset, device, inode
  result.name = without_blanks(line);
  return result;
}

std::string_view text_of(const Provenance& provenance, const char* name) {
  const auto at = provenance.memory.find(name);
  return at == provenance.memory.end() ? std::string_view() : std::string_view(at->second);
}

}  // namespace

ProcessMemory process_memory(const Provenance& provenance) {
  const std::string_view rollup = text_of(provenance, "smaps_rollup");
  const std::string_view status = text_of(provenance, "status");
  ProcessMemory memory{.size = kilobytes(status, "VmSize"),
                       .rss = kilobytes(rollup, "Rss"),
                       .pss = kilobytes(rollup, "Pss"),
                       .anonymous = kilobytes(rollup, "Anonymous"),
                       .swap = kilobytes(rollup, "Swap")};
  if (!memory.rss) memory.rss = kilobytes(status, "VmRSS");
  if (!memory.anonymous) memory.anonymous = kilobytes(status, "RssAnon");
  if (!memory.swap) memory.swap = kilobytes(status, "VmSwap");
  std::string_view maps = text_of(provenance, "maps");
  while (!maps.empty()) {
    if (auto some = mapping(take_until(maps, '\n'))) memory.mappings.push_back(std::move(*some));
  }
  return memory;
}

}  // namespace heapsnap
