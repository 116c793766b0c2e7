#include "tests/support/core_bytes.h"

#include <elf.h>
#include <sys/procfs.h>

#include <cstring>

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& bytes, const void* from, std::size_t size) {
  const auto* const first = static_cast<const std::uint8_t*>(from);
  bytes.insert(bytes.end(), first, first + size);
}

template <class T>
void put(Bytes& bytes, const T& value) {
  put(bytes, &value, sizeof value);
}

void put_note(Bytes& bytes, std::uint32_t type, const Bytes& contents) {
  put(bytes, Elf64_Nhdr{5, static_cast<std::uint32_t>(contents.size()), type});
  put(bytes, "CORE\0\0\0", 8);
  put(bytes, contents.data(), contents.size());
  bytes.resize((bytes.size() + 3) / 4 * 4);
}

Bytes files_note(const std::vector<CoreSegment>& segments) {
  Bytes table, paths;
  std::uint64_t count = 0;
  for (const CoreSegment& segment : segments) {
    if (segment.path.empty()) continue;
    const std::uint64_t size = segment.size == 0 ? segment.bytes.size() : segment.size;
    for (const std::uint64_t word : {segment.start, segment.start + size, segment.offset / 4096}) {
      put(table, word);
    }
    put(paths, segment.path.c_str(), segment.path.size() + 1);
    ++count;
  }
  Bytes note;
  put(note, count);
  put(note, std::uint64_t{4096});
  put(note, table.data(), table.size());
  put(note, paths.data(), paths.size());
  return note;
}

Bytes notes_of(const std::vector<CoreSegment>& segments, int pid, const std::string& arguments) {
  elf_prpsinfo process = {};
  process.pr_pid = pid;
  std::strncpy(process.pr_fname, "python", sizeof process.pr_fname - 1);
  std::strncpy(process.pr_psargs, arguments.c_str(), sizeof process.pr_psargs - 1);
  Bytes contents, notes;
  put(contents, process);
  put_note(notes, NT_PRPSINFO, contents);
  put_note(notes, NT_FILE, files_note(segments));
  return notes;
}

}  // namespace

Bytes core_bytes(const std::vector<CoreSegment>& segments, int pid, const std::string& arguments) {
  const Bytes notes = notes_of(segments, pid, arguments);
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_CORE;
  header.e_machine = EM_X86_64;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<Elf64_Half>(segments.size() + 1);
  Bytes core;
  put(core, header);
  std::uint64_t at = sizeof header + header.e_phnum * sizeof(Elf64_Phdr);
  put(core, Elf64_Phdr{PT_NOTE, 0, at, 0, 0, notes.size(), 0, 4});
  at += notes.size();
  for (const CoreSegment& segment : segments) {
    const std::uint64_t there = segment.bytes.size();
    const Elf64_Word flags = segment.writable ? PF_R | PF_W : PF_R;
    const Elf64_Word type = segment.noted_only ? PT_NULL : PT_LOAD;
    put(core, Elf64_Phdr{type, flags, at, segment.start, 0, there,
                         segment.size == 0 ? there : segment.size, 4096});
    at += there;
  }
  put(core, notes.data(), notes.size());
  for (const CoreSegment& segment : segments) put(core, segment.bytes.data(), segment.bytes.size());
  return core;
}

}  // namespace heapsnap
