// Reads whatever it is given as what a capture from outside reads of a process that may be
// anything: its maps, its status, an ELF file of it, in memory and as bytes, and texts of versions.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "agent/attach/blob_image.h"
#include "agent/attach/code_sites.h"
#include "agent/attach/elf_image.h"
#include "agent/attach/elf_section.h"
#include "agent/attach/foreign_memory.h"
#include "agent/attach/process_maps.h"
#include "agent/attach/process_status.h"
#include "agent/attach/python_version.h"

namespace heapsnap {
namespace {

constexpr Address kStart = 0x400000;

void read_as_elf(std::span<const std::uint8_t> bytes) {
  const BytesMemory memory(bytes, kStart), file(bytes, 0);
  if (const auto image = ElfImage::at(memory, kStart)) {
    image->find("_PyRuntime");
    image->relocations();
  }
  section_address(file, ".PyRuntime");
  if (const auto blob = BlobImage::of(bytes)) {
    if (blob->at(kStart).size() != blob->size()) __builtin_trap();
  }
}

void read_as_text(std::string_view text) {
  for (const MappedRange& mapping : parse_maps(text)) {
    if (mapping.end <= mapping.start) __builtin_trap();
  }
  parse_status(text);
  const auto version = parse_version(text);
  if (version && parse_version(version_text(*version)) != version) __builtin_trap();
}

}  // namespace
}  // namespace heapsnap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heapsnap;
  const std::span bytes(data, size);
  read_as_elf(bytes);
  read_as_text({reinterpret_cast<const char*>(data), size});
  find_version(bytes, 10);
  CodeSites sites;
  look_for_sites(bytes, kStart, sites);
  if (sites.system_call != 0 && sites.system_call - kStart + 3 > size) __builtin_trap();
  return 0;
}
