#include "agent/attach/blob_image.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "agent/attach/foreign_memory.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kMostSize = std::uint64_t{64} << 20;

tl::unexpected<Error> wrong(const char* what) {
  return failure(ErrorCode::kBug, std::string("the walker that is loaded into copies ") + what);
}

}  // namespace

Result<BlobImage> BlobImage::of(std::span<const std::uint8_t> file) {
  const BytesMemory memory(file, 0);
  const auto header = memory.get<Elf64_Ehdr>(0);
  if (!header || !ElfImage::at(memory, 0)) return wrong("is no program");
  BlobImage image;
  for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
    const auto program = memory.get<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!program || program->p_type != PT_LOAD) continue;
    const std::uint64_t size = program->p_memsz, begin = program->p_vaddr;
    if (size > kMostSize || begin > kMostSize || program->p_filesz > size) {
      return wrong("is too large");
    }
    image.bytes_.resize(std::max(image.bytes_.size(), (begin + size + kPage - 1) & ~(kPage - 1)));
    if (!memory.read(program->p_offset, image.bytes_.data() + begin, program->p_filesz)) {
      return wrong("is cut off");
    }
  }
  const BytesMemory loaded(image.bytes_, 0);
  const auto elf = ElfImage::at(loaded, 0);
  if (!elf) return wrong("does not begin with its header");
  image.segments_ = elf->segments();
  image.relocations_ = elf->relocations();
  for (const ElfImage::Relocation& relocation : image.relocations_) {
    if (relocation.type != R_X86_64_RELATIVE) return wrong("needs something from outside");
    if (relocation.place > image.bytes_.size() - 8) return wrong("has a bad relocation");
  }
  return image;
}

std::vector<std::uint8_t> BlobImage::at(Address base) const {
  std::vector<std::uint8_t> bytes = bytes_;
  for (const ElfImage::Relocation& relocation : relocations_) {
    const std::uint64_t value = base + static_cast<std::uint64_t>(relocation.addend);
    std::memcpy(bytes.data() + relocation.place, &value, sizeof value);
  }
  return bytes;
}

std::uint64_t BlobImage::offset_of(std::string_view symbol) const {
  const BytesMemory loaded(bytes_, 0);
  const auto elf = ElfImage::at(loaded, 0);
  return elf ? elf->find(symbol) : 0;
}

}  // namespace heapsnap
