#include "agent/attach/process_maps.h"

#include <charconv>

namespace heapsnap {
namespace {

// Takes a hexadecimal number and the character after it.
bool take_number(std::string_view& text, char after, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  const auto used = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || used >= text.size() || text[used] != after) return false;
  text.remove_prefix(used + 1);
  return true;
}

// "START-END rwxp OFFSET DEVICE INODE     PATH"
bool parse_line(std::string_view line, MappedRange& mapping) {
  if (!take_number(line, '-', mapping.start) || !take_number(line, ' ', mapping.end)) return false;
  if (mapping.end <= mapping.start || line.size() < 5) return false;
  mapping.readable = line[0] == 'r';
  mapping.writable = line[1] == 'w';
  mapping.executable = line[2] == 'x';
  mapping.shared = line[3] == 's';
  line.remove_prefix(5);
  if (!take_number(line, ' ', mapping.offset)) return false;
  for (int field = 0; field < 2; ++field) {  // the device, the inode
    const std::size_t blank = line.find(' ');
    if (blank == line.npos) return field == 1;
    line.remove_prefix(blank + 1);
  }
  const std::size_t path = line.find_first_not_of(' ');
  if (path != line.npos) mapping.path = line.substr(path);
  return true;
}

}  // namespace

std::vector<MappedRange> parse_maps(std::string_view text) {
  std::vector<MappedRange> mappings;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    MappedRange mapping;
    if (parse_line(text.substr(0, end), mapping)) mappings.push_back(std::move(mapping));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return mappings;
}

std::string_view file_name(std::string_view path) {
  constexpr std::string_view kDeleted = " (deleted)";
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

}  // namespace heapsnap
