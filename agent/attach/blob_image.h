// BlobImage is the walker as it lies in memory, ready to be put anywhere: the blob's segments at
// their places, from one address on, and its relocations.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "agent/attach/elf_image.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class BlobImage {
 public:
  // Of an ELF file that was linked for address 0. Fails with kBug if it is none, or if it has
  // relocations of other kinds than RELATIVE.
  static Result<BlobImage> of(std::span<const std::uint8_t> file);

  // Its bytes, for an image that begins at `base` (of a page).
  std::vector<std::uint8_t> at(Address base) const;

  std::uint64_t size() const { return bytes_.size(); }  // of whole pages
  std::uint64_t offset_of(std::string_view symbol) const;  // 0: it has none
  const std::vector<ElfImage::Segment>& segments() const { return segments_; }  // from 0

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<ElfImage::Segment> segments_;
  std::vector<ElfImage::Relocation> relocations_;
};

// The blob that this program was built with.
std::span<const std::uint8_t> embedded_blob();

}  // namespace heapsnap
