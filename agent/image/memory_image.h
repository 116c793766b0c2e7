// MemoryImage is the memory of a process as it was at one instant, or what there is of it: pieces
// of bytes with the addresses at which the process had them.
//
//     MemoryImage image;
//     image.add({.start = 0x7f0000000000, .bytes = bytes, .writable = true});
//     image.seal();                                   // then it can be read
//     image.read(address, &word, sizeof word);        // false if it is not all there
//
// Finding a piece costs a table look-up, or a binary search the first time in a megabyte. The
// bytes belong to the caller, or to the image if they were kept by it. Not for several threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agent/attach/foreign_memory.h"
#include "libsnapshot/format.h"

namespace heapsnap {

struct ImagePiece {
  Address start = 0;
  std::span<const std::uint8_t> bytes = {};
  bool writable = false;   // where objects can be
  bool anonymous = false;  // of no file: there they lie on multiples of 16

  // Whether `size` bytes from there on are in it.
  bool holds(Address address, std::uint64_t size) const {
    const std::uint64_t at = address - start;
    return at <= bytes.size() && bytes.size() - at >= size;
  }
  const std::uint8_t* at(Address address) const { return bytes.data() + (address - start); }
};

class MemoryImage : public ForeignMemory {
 public:
  MemoryImage() = default;
  MemoryImage(MemoryImage&&) = default;
  MemoryImage& operator=(MemoryImage&&) = default;

  // In any order. Where two overlap, what was added first counts.
  void add(const ImagePiece& piece);
  // Keeps something alive as long as the image: what the bytes belong to.
  void keep(std::shared_ptr<const void> owner) { owners_.push_back(std::move(owner)); }
  void seal();

  const std::vector<ImagePiece>& pieces() const { return pieces_; }
  std::uint64_t size() const { return size_; }  // bytes, all together

  // The piece with the byte at that address; nullptr: none.
  const ImagePiece* find(Address address) const {
    const ImagePiece*& recent = recent_[address >> kRecentShift & (kRecent - 1)];
    if (recent == nullptr || !recent->holds(address, 1)) recent = search(address);
    return recent;
  }

  bool read(Address address, void* to, std::size_t size) const override;

 private:
  static constexpr int kRecentShift = 20;
  static constexpr std::size_t kRecent = 1024;

  const ImagePiece* search(Address address) const;

  std::vector<ImagePiece> pieces_;
  std::vector<std::shared_ptr<const void>> owners_;
  std::uint64_t size_ = 0;
  mutable std::array<const ImagePiece*, kRecent> recent_ = {};
};

}  // namespace heapsnap
