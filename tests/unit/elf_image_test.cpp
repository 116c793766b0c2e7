#include "agent/attach/elf_image.h"

#include <dlfcn.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "agent/attach/blob_image.h"
#include "agent/attach/elf_section.h"
#include "agent/attach/foreign_memory.h"
#include "agent/attach/proc_files.h"

namespace heapsnap {
namespace {

std::vector<std::uint8_t> blob() {
  const auto bytes = embedded_blob();
  return {bytes.begin(), bytes.end()};
}

TEST_CASE("a symbol of a mapped library is found where the linker found it") {
  const LiveMemory memory(::getpid());
  const auto maps = maps_of(::getpid());
  REQUIRE(maps);
  Address found = 0;
  for (const MappedRange& mapping : *maps) {
    if (mapping.offset != 0 || !file_name(mapping.path).starts_with("libc.")) continue;
    if (const auto image = ElfImage::at(memory, mapping.start)) found = image->find("getppid");
  }
  CHECK(found == reinterpret_cast<Address>(dlsym(RTLD_DEFAULT, "getppid")));
}

TEST_CASE("a segment has variables only if it is as large as a program's may be") {
  ElfImage::Segment segment{.address = 0x400001, .size = 4096, .writable = true};
  CHECK(segment.has_variables());
  for (const std::uint64_t size : {std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    segment.size = size;
    CHECK_FALSE(segment.has_variables());
  }
  segment = {.address = ~std::uint64_t{0} - 8, .size = 4096, .writable = true};
  CHECK_FALSE(segment.has_variables());  // its end is before its beginning
}

TEST_CASE("the walker's blob can be put anywhere") {
  const auto image = BlobImage::of(embedded_blob());
  REQUIRE(image);
  CHECK(image->size() % 4096 == 0);
  for (const char* const symbol : {"heapsnap_copy_main", "heapsnap_copy_trap", "heapsnap_copy_recover"}) {
    CHECK(image->offset_of(symbol) != 0);
  }
  CHECK(image->offset_of("heapsnap_copy") == 0);
  CHECK(image->offset_of("") == 0);
  const auto here = image->at(0x10000);
  CHECK(here.size() == image->size());
  CHECK(here[image->offset_of("heapsnap_copy_trap")] == 0xcc);
  for (const ElfImage::Segment& segment : image->segments()) {
    CHECK_FALSE((segment.writable && segment.executable));
  }
}

TEST_CASE("an ELF file that is cut off anywhere is refused, or has fewer symbols") {
  const auto whole = blob();
  for (std::size_t size = 0; size < 6000; size += size < 700 ? 1 : 97) {
    const BytesMemory memory{std::span(whole).first(size), 0x400000};
    const auto image = ElfImage::at(memory, 0x400000);
    if (image) CHECK((image->find("heapsnap_copy_main") == 0 || size > 500));
    CHECK_FALSE(section_address(memory, ".text"));
    CHECK_FALSE(BlobImage::of(std::span(whole).first(size)));
  }
}

TEST_CASE("an ELF file with one byte changed is read without harm") {
  const auto whole = blob();
  for (std::size_t at = 0; at < 0x300; ++at) {
    for (const int change : {0x01, 0x80, 0xff}) {
      auto bytes = whole;
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ change);
      const BytesMemory memory(bytes, 0);
      const auto image = ElfImage::at(memory, 0);
      if (image) image->find("heapsnap_copy_main");
      section_address(memory, ".text");
      (void)BlobImage::of(bytes);
    }
  }
}

TEST_CASE("sections are found by their names") {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const BytesMemory memory({data, bytes.size()}, 0);
  CHECK(section_address(memory, ".rodata"));
  CHECK_FALSE(section_address(memory, ".rodat"));
  CHECK_FALSE(section_address(memory, ".rodata2"));
}

}  // namespace
}  // namespace heapsnap
