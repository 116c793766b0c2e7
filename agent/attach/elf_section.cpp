#include "agent/attach/elf_section.h"

#include <elf.h>

#include <cstring>

namespace heapsnap {

std::optional<Address> section_address(const ForeignMemory& file, std::string_view name) {
  const auto header = file.get<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_shentsize != sizeof(Elf64_Shdr)) {
    return std::nullopt;
  }
  const auto section = [&](std::uint64_t i) {
    return file.get<Elf64_Shdr>(header->e_shoff + i * sizeof(Elf64_Shdr));
  };
  const auto names = section(header->e_shstrndx);
  if (!names) return std::nullopt;
  for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto entry = section(i);
    if (!entry) return std::nullopt;
    if (file.c_string(names->sh_offset + entry->sh_name, name.size() + 1) == name) {
      return entry->sh_addr;
    }
  }
  return std::nullopt;
}

}  // namespace heapsnap
