#include "agent/walk/process_files.h"

#include <cstddef>
#include <cstdint>

#include "agent/walk/c_string.h"
#include "agent/walk/syscall.h"

namespace heapsnap {

namespace {

constexpr char kNames[][16] = {"statm", "status", "smaps_rollup", "smaps"};
constexpr std::uint64_t kHere = static_cast<std::uint64_t>(-100);  // AT_FDCWD
constexpr std::uint64_t kReadOnlyCloseOnExec = 02000000;
constexpr std::size_t kPiece = std::size_t{16} << 10;

char* append(char* out, const char* text) {
  while (*text != 0) *out++ = *text++;
  *out = 0;
  return out;
}

char* append(char* out, int number) {
  char digits[12];
  std::size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0) *out++ = digits[--count];
  *out = 0;
  return out;
}

// Whether there was anything to read.
bool write_file(Emitter& emitter, int process, const char* name) {
  char path[64];
  append(append(append(append(path, "/proc/"), process), "/"), name);
  const long file = sys::call(sys::kOpenat, kHere, sys::word_of(path), kReadOnlyCloseOnExec);
  if (sys::failed(file)) return false;
  bool any = false;
  const std::size_t length = text_length(name);
  for (;;) {
    std::uint8_t* const start = emitter.memory.reserve(kPiece + 2 * kMaxVarint + length);
    // The length of the text goes before it and takes three bytes, whatever it is.
    std::uint8_t* const text = put_string(start, name, length) + 3;
    const long size =
        sys::call(sys::kRead, static_cast<std::uint64_t>(file), sys::word_of(text), kPiece);
    if (size == -sys::kEintr) continue;
    if (size <= 0) break;
    any = true;
    text[-3] = static_cast<std::uint8_t>(size | 0x80);
    text[-2] = static_cast<std::uint8_t>(size >> 7 | 0x80);
    text[-1] = static_cast<std::uint8_t>(size >> 14);
    emitter.memory.commit(text + size);
  }
  sys::call(sys::kClose, static_cast<std::uint64_t>(file));
  return any;
}

}  // namespace

void write_process_files(Emitter& emitter, int process) {
  if (process <= 0) return;
  bool mappings = false;
  for (const char(&name)[16] : kNames) mappings = write_file(emitter, process, name);
  if (!mappings) write_file(emitter, process, "maps");
  emitter.memory.flush();
}

}  // namespace heapsnap
