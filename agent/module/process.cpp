#include "agent/module/process.h"

#include <fcntl.h>

#include "agent/module/system_calls.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kTicksPerSecond = 100;  // of /proc on every Linux (USER_HZ)
constexpr int kStartTime = 22;                  // field of /proc/PID/stat, counted from 1

class Text {
 public:
  explicit Text(std::span<char> room) : room_(room) {}
  Text& add(std::string_view text) {
    for (const char character : text) {
      if (size_ < room_.size()) room_[size_++] = character;
    }
    return *this;
  }
  Text& add_word(std::string_view word) { return (size_ == 0 ? *this : add(" ")).add(word); }
  std::string_view view() const { return {room_.data(), size_}; }

 private:
  std::span<char> room_;
  std::size_t size_ = 0;
};

std::string_view read_of_process(int pid, std::string_view name, std::span<char> room) {
  char digits[12];
  std::size_t at = sizeof digits;
  for (unsigned rest = static_cast<unsigned>(pid); rest != 0; rest /= 10) {
    digits[--at] = static_cast<char>('0' + rest % 10);
  }
  char path[64] = {};
  Text(std::span<char>(path, sizeof path - 1))
      .add("/proc/")
      .add({digits + at, sizeof digits - at})
      .add("/")
      .add(name);
  return read_file(path, room);
}

std::string_view next_word(std::string_view& text, char separator) {
  const std::size_t found = text.find(separator);
  const std::string_view word(text.data(), found == text.npos ? text.size() : found);
  text.remove_prefix(found == text.npos ? text.size() : found + 1);
  return word;
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') break;
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return number;
}

// What an option of the interpreter's does to the words after it.
enum class Option { kAlone, kTakesNext, kModule, kCode };

Option option_of(std::string_view word) {
  if (word == "--check-hash-based-pycs") return Option::kTakesNext;
  if (word.starts_with("--")) return Option::kAlone;
  for (std::size_t i = 1; i < word.size(); ++i) {
    const bool is_last = i + 1 == word.size();
    if (word[i] == 'c') return Option::kCode;
    if (word[i] == 'm') return Option::kModule;
    if (word[i] == 'X' || word[i] == 'W') return is_last ? Option::kTakesNext : Option::kAlone;
  }
  return Option::kAlone;
}

}  // namespace

std::string_view read_file(const char* path, std::span<char> room) {
  const long file = system_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::size_t size = 0;
  while (size < room.size()) {
    const long count = system_call(SYS_read, file, room.data() + size, room.size() - size);
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  system_call(SYS_close, file);
  return {room.data(), size};
}

std::uint64_t start_time_ns(int pid) {
  char room[1024];
  std::string_view stat = read_of_process(pid, "stat", room);
  const std::size_t name_end = stat.rfind(')');  // the name may hold anything
  if (name_end == stat.npos) return 0;
  stat.remove_prefix(name_end + 2);
  for (int field = 3; field < kStartTime; ++field) next_word(stat, ' ');
  const std::uint64_t since_boot = number_of(stat) * (kSecond / kTicksPerSecond);
  return clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME) + since_boot;
}

PythonScript script_of(std::string_view words) {
  using Kind = PythonScript::Kind;
  next_word(words, '\0');
  while (!words.empty()) {
    std::string_view word = next_word(words, '\0');
    if (word.size() < 2 || word[0] != '-') return {Kind::kScript, word};
    const Option option = option_of(word);
    if (option == Option::kCode) return {Kind::kCode};
    if (option == Option::kModule) {
      word.remove_prefix(word.find('m') + 1);
      return {Kind::kModule, word.empty() ? next_word(words, '\0') : word};
    }
    if (option == Option::kTakesNext) next_word(words, '\0');
  }
  return {};
}

std::string_view program_and_script(std::string_view words, std::span<char> room) {
  Text text(room);
  const PythonScript script = script_of(words);
  text.add_word(next_word(words, '\0'));
  switch (script.kind) {
    case PythonScript::Kind::kNone: return text.view();
    case PythonScript::Kind::kScript: return text.add_word(script.name).view();
    case PythonScript::Kind::kModule: return text.add_word("-m").add_word(script.name).view();
    case PythonScript::Kind::kCode: return text.add_word("-c").view();
  }
  return text.view();
}

std::string_view whole_command_line(std::string_view words, std::span<char> room) {
  Text text(room);
  while (!words.empty()) text.add_word(next_word(words, '\0'));
  return text.view();
}

}  // namespace heapsnap
