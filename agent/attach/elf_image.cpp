#include "agent/attach/elf_image.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace heapsnap {
namespace {

constexpr Address kPage = 4096;
constexpr std::size_t kMostSegments = 128;
constexpr std::size_t kMostDynamic = 1024;
constexpr std::uint32_t kMostChain = 1u << 16;
constexpr std::uint64_t kMostRelocations = 1u << 20;

bool is_of_this_machine(const Elf64_Ehdr& header) {
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB &&
         header.e_machine == EM_X86_64 && header.e_phentsize == sizeof(Elf64_Phdr) &&
         header.e_phnum != 0 && header.e_phnum <= kMostSegments;
}

std::uint32_t gnu_hash_of(std::string_view text) {
  std::uint32_t hash = 5381;
  for (const char c : text) hash = hash * 33 + static_cast<unsigned char>(c);
  return hash;
}

std::uint32_t old_hash_of(std::string_view text) {
  std::uint32_t hash = 0;
  for (const char c : text) {
    hash = (hash << 4) + static_cast<unsigned char>(c);
    const std::uint32_t high = hash & 0xF0000000;
    hash = (hash ^ high >> 24) & ~high;
  }
  return hash;
}

}  // namespace

std::optional<ElfImage> ElfImage::at(const ForeignMemory& memory, Address start) {
  ElfImage image(memory);
  if (!image.read_segments(start)) return std::nullopt;
  if (image.dynamic_ != 0) image.read_dynamic(image.dynamic_, image.dynamic_size_);
  return image;
}

bool ElfImage::read_segments(Address start) {
  const auto header = memory_->get<Elf64_Ehdr>(start);
  if (!header || !is_of_this_machine(*header)) return false;
  std::vector<Elf64_Phdr> programs(header->e_phnum);
  const std::size_t size = programs.size() * sizeof(Elf64_Phdr);
  if (!memory_->read(start + header->e_phoff, programs.data(), size)) return false;
  const auto is_first = [](const Elf64_Phdr& p) {
    return p.p_type == PT_LOAD && p.p_offset < kPage;
  };
  const auto first = std::ranges::find_if(programs, is_first);
  if (first == programs.end()) return false;
  bias_ = start - (first->p_vaddr & ~(kPage - 1));
  for (const Elf64_Phdr& program : programs) {
    const Address address = bias_ + program.p_vaddr;
    if (program.p_type == PT_DYNAMIC) {
      dynamic_ = address;
      dynamic_size_ = program.p_memsz;
    }
    if (program.p_type != PT_LOAD) continue;
    segments_.push_back({address, program.p_memsz, (program.p_flags & PF_W) != 0,
                         (program.p_flags & PF_X) != 0});
    end_ = std::max(end_, address + program.p_memsz);
  }
  return true;
}

// Some dynamic linkers write addresses over the offsets that the file has.
Address ElfImage::in_memory(std::uint64_t pointer) const {
  return pointer >= bias_ && pointer < end_ ? pointer : pointer + bias_;
}

void ElfImage::read_dynamic(Address address, std::uint64_t size) {
  const std::size_t count = std::min<std::uint64_t>(size / sizeof(Elf64_Dyn), kMostDynamic);
  for (std::size_t i = 0; i < count; ++i) {
    const auto entry = memory_->get<Elf64_Dyn>(address + i * sizeof(Elf64_Dyn));
    if (!entry || entry->d_tag == DT_NULL) return;
    const Address pointer = in_memory(entry->d_un.d_ptr);
    switch (entry->d_tag) {
      case DT_SYMTAB: symbols_ = pointer; break;
      case DT_STRTAB: strings_ = pointer; break;
      case DT_GNU_HASH: gnu_hash_ = pointer; break;
      case DT_HASH: old_hash_ = pointer; break;
      case DT_RELA: relocations_ = pointer; break;
      case DT_RELASZ: relocations_size_ = entry->d_un.d_val; break;
      default: break;
    }
  }
}

Address ElfImage::find(std::string_view symbol) const {
  if (symbols_ == 0 || strings_ == 0) return 0;
  if (gnu_hash_ != 0) return find_by_gnu_hash(symbol);
  return old_hash_ != 0 ? find_by_old_hash(symbol) : 0;
}

// The address of the symbol of this index if it is the one, and defined here.
Address ElfImage::value_of(std::uint32_t index, std::string_view symbol) const {
  const auto entry = memory_->get<Elf64_Sym>(symbols_ + index * std::uint64_t{sizeof(Elf64_Sym)});
  if (!entry || entry->st_shndx == SHN_UNDEF || entry->st_value == 0) return 0;
  std::string name(symbol.size() + 1, '\1');
  if (!memory_->read(strings_ + entry->st_name, name.data(), name.size())) return 0;
  if (name.back() != '\0' || !name.starts_with(symbol)) return 0;
  return entry->st_shndx == SHN_ABS ? entry->st_value : entry->st_value + bias_;
}

Address ElfImage::find_by_gnu_hash(std::string_view symbol) const {
  struct {
    std::uint32_t buckets, first, bloom_words, shift;
  } head;
  if (!memory_->read(gnu_hash_, &head, sizeof head) || head.buckets == 0) return 0;
  const std::uint32_t hash = gnu_hash_of(symbol);
  const Address buckets = gnu_hash_ + sizeof head + std::uint64_t{head.bloom_words} * 8;
  const Address chains = buckets + std::uint64_t{head.buckets} * 4;
  const auto begin = memory_->get<std::uint32_t>(buckets + std::uint64_t{hash % head.buckets} * 4);
  if (!begin || *begin < head.first) return 0;
  for (std::uint32_t i = 0; i < kMostChain; ++i) {
    const std::uint32_t index = *begin + i;
    const auto link =
        memory_->get<std::uint32_t>(chains + std::uint64_t{index - head.first} * 4);
    if (!link) return 0;
    if ((*link | 1) == (hash | 1)) {
      if (const Address value = value_of(index, symbol)) return value;
    }
    if ((*link & 1) != 0) return 0;
  }
  return 0;
}

Address ElfImage::find_by_old_hash(std::string_view symbol) const {
  const auto buckets = memory_->get<std::uint32_t>(old_hash_);
  if (!buckets || *buckets == 0) return 0;
  const Address first = old_hash_ + 8, chains = first + std::uint64_t{*buckets} * 4;
  const std::uint32_t bucket = old_hash_of(symbol) % *buckets;
  auto index = memory_->get<std::uint32_t>(first + std::uint64_t{bucket} * 4);
  for (std::uint32_t i = 0; i < kMostChain && index && *index != 0; ++i) {
    if (const Address value = value_of(*index, symbol)) return value;
    index = memory_->get<std::uint32_t>(chains + std::uint64_t{*index} * 4);
  }
  return 0;
}

std::vector<ElfImage::Relocation> ElfImage::relocations() const {
  std::vector<Relocation> result;
  const std::uint64_t count = relocations_size_ / sizeof(Elf64_Rela);
  if (relocations_ == 0 || count > kMostRelocations) return result;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto entry = memory_->get<Elf64_Rela>(relocations_ + i * sizeof(Elf64_Rela));
    if (!entry) break;
    result.push_back({entry->r_offset + bias_,
                      static_cast<std::uint32_t>(ELF64_R_TYPE(entry->r_info)), entry->r_addend});
  }
  return result;
}

}  // namespace heapsnap
