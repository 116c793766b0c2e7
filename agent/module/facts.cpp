#include "agent/module/facts.h"

#include <cstring>
#include <iterator>

#include "libsnapshot/byte_encoding.h"
#include "libsnapshot/format.h"

namespace heapsnap {
namespace {

// The length of the UTF-8 sequence that `text` starts with; 0: none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned start = static_cast<unsigned>(first) << 8 | byte(1);
  const bool overlong = (first == 0xE0 && start < 0xE0A0) || (first == 0xF0 && start < 0xF090);
  const bool surrogate = first == 0xED && start >= 0xEDA0;
  return overlong || surrogate || start >= 0xF490 ? 0 : length;
}

std::uint8_t* put_text(std::uint8_t* out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    out = length == 0 ? put_u8(out, '?') : put_bytes(out, text.data(), length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace

bool Facts::fits(std::string_view key, std::size_t value_size) const {
  return room_.size() - size_ >= 2 * kMaxVarint + 1 + key.size() + value_size;
}

std::uint8_t* Facts::begin(std::string_view key, std::uint8_t tag) {
  return put_u8(put_string(room_.data() + size_, key.data(), key.size()), tag);
}

void Facts::add(std::string_view key, std::uint64_t value) {
  if (!fits(key, 0)) return;
  end(put_varint(begin(key, static_cast<std::uint8_t>(FactTag::kUnsigned)), value));
}

void Facts::add(std::string_view key, std::string_view text) {
  if (!fits(key, text.size())) return;
  std::uint8_t* out = begin(key, static_cast<std::uint8_t>(FactTag::kString));
  end(put_text(put_varint(out, text.size()), text));  // as long as `text`: a bad byte is one "?"
}

void Facts::add_strings(Strings strings, std::uint32_t prefix) {
  constexpr const char* kNames[] = {"none", "names", "keys", "prefix", "full"};
  if (strings != Strings::kPrefix) return add("strings", kNames[static_cast<int>(strings)]);
  char text[24] = "prefix:";
  char* end = std::end(text);
  char* begin = end;
  for (std::uint32_t rest = prefix; rest != 0; rest /= 10) {
    *--begin = static_cast<char>('0' + rest % 10);
  }
  const std::size_t size = std::strlen(text);
  std::memmove(text + size, begin, static_cast<std::size_t>(end - begin));
  add("strings", std::string_view(text, size + static_cast<std::size_t>(end - begin)));
}

}  // namespace heapsnap
