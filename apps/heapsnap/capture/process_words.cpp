#include "apps/heapsnap/capture/process_words.h"

#include "agent/attach/proc_files.h"
#include "apps/heapsnap/run/program.h"

namespace heapsnap {

namespace {

constexpr std::size_t kMostShown = 80;  // bytes

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = text.find('\0');
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return words;
}

std::vector<std::string> words_of(pid_t pid) {
  return split_words(read_proc(pid, "cmdline").value_or(""));
}

std::string name_by(const std::vector<std::string>& words) {
  const std::string name = words.empty() ? "" : program_name(words);
  return name.empty() ? "python" : name;
}

bool is_called(const std::vector<std::string>& words, const Glob& pattern) {
  return pattern.matches(name_by(words)) || pattern.matches(joined(words));
}

std::string shortened(const std::vector<std::string>& words) {
  std::string line = joined(words);
  if (line.size() <= kMostShown) return line;
  std::size_t end = kMostShown;
  while (end > 0 && continues_character(line[end])) --end;
  return line.substr(0, end) + "...";
}

}  // namespace heapsnap
