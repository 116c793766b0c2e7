#include "agent/image/core_notes.h"

#include <elf.h>
#include <sys/procfs.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace heapsnap {
namespace {

template <class T>
bool take_from(std::span<const std::uint8_t>& bytes, T& value) {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes = bytes.subspan(sizeof value);
  return true;
}

// `size` bytes and what fills them up to a multiple of 4, as far as they are there.
bool take_padded(std::span<const std::uint8_t>& bytes, std::uint32_t size,
                 std::span<const std::uint8_t>& taken) {
  if (bytes.size() < size) return false;
  taken = bytes.first(size);
  const std::uint64_t padded = (std::uint64_t{size} + 3) & ~std::uint64_t{3};
  bytes = bytes.subspan(std::min<std::uint64_t>(padded, bytes.size()));
  return true;
}

std::string_view text_in(const char* text, std::size_t size) {
  return {text, strnlen(text, size)};
}

}  // namespace

void CoreNotes::add(std::span<const std::uint8_t> segment) {
  constexpr std::string_view kCore("CORE\0", 5);
  Elf64_Nhdr header;
  std::span<const std::uint8_t> name, contents;
  while (take_from(segment, header) && take_padded(segment, header.n_namesz, name) &&
         take_padded(segment, header.n_descsz, contents)) {
    const std::string_view owner(reinterpret_cast<const char*>(name.data()), name.size());
    if (owner == kCore) take(header.n_type, contents);
  }
}

void CoreNotes::take(std::uint32_t type, std::span<const std::uint8_t> contents) {
  if (type == NT_FILE) take_files(contents);
  if (type == NT_PRPSINFO) take_process(contents);
  elf_prstatus status;
  // Of each thread; the first is the one that made the core.
  if (type == NT_PRSTATUS && pid == 0 && take_from(contents, status)) pid = status.pr_pid;
}

void CoreNotes::take_process(std::span<const std::uint8_t> contents) {
  elf_prpsinfo process;
  if (!take_from(contents, process)) return;
  pid = process.pr_pid;
  program = text_in(process.pr_fname, sizeof process.pr_fname);
  arguments = text_in(process.pr_psargs, sizeof process.pr_psargs);
  while (arguments.ends_with(' ')) arguments.pop_back();
  std::ranges::replace(arguments, ' ', '\0');
}

// A count, the size of a page, three numbers for each file, and then the paths.
void CoreNotes::take_files(std::span<const std::uint8_t> contents) {
  struct Entry {
    std::uint64_t start, end, page;
  } entry;
  std::uint64_t count = 0, page_size = 0;
  if (!take_from(contents, count) || !take_from(contents, page_size)) return;
  if (count > contents.size() / sizeof entry) return;
  std::span<const std::uint8_t> paths = contents.subspan(count * sizeof entry);
  for (std::uint64_t i = 0; i < count && take_from(contents, entry); ++i) {
    const std::string_view path =
        text_in(reinterpret_cast<const char*>(paths.data()), paths.size());
    if (path.size() == paths.size()) return;  // cut off
    paths = paths.subspan(path.size() + 1);
    if (entry.start >= entry.end) continue;
    files.push_back({entry.start, entry.end, entry.page * page_size, std::string(path)});
  }
}

}  // namespace heapsnap
