// InImage lets the walker read a MemoryImage: its memory policy for processes of which only the
// memory is there (agent/walk/memory_direct.h has the interface, and the one for the process that
// it runs in).
//
// Nothing that is read is trusted. What is not in the image ends the visit of the object at hand,
// as a fault does in a process; so does an object that makes more be read than there is memory,
// which only a ring of pointers can. `can_hold` tells objects from words that only look alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "agent/image/memory_image.h"
#include "agent/walk/walk.h"

namespace heapsnap {

class InImage {
 public:
  static constexpr bool kCanCall = false;

  InImage(const MemoryImage& image, Recovery& recovery)
      : image_(&image),
        recovery_(&recovery),
        each_(image.size() / 2 + kLeastReads),
        left_(each_),
        all_left_(image.size() * 16 + 256 * kLeastReads) {}

  template <class T>
  T read(Address address) const {
    T value{};
    const ImagePiece* const piece = spend(1) ? image_->find(address) : nullptr;
    if (piece != nullptr && piece->holds(address, sizeof value)) {
      std::memcpy(&value, piece->at(address), sizeof value);
    } else if (piece == nullptr || !image_->read(address, &value, sizeof value)) {
      fail();
    }
    return value;
  }
  std::uint64_t word(Address address) const { return read<std::uint64_t>(address); }
  std::int64_t number(Address address) const { return read<std::int64_t>(address); }
  std::uint32_t u32(Address address) const { return read<std::uint32_t>(address); }
  std::uint8_t u8(Address address) const { return read<std::uint8_t>(address); }

  const std::uint8_t* bytes(Address address, std::size_t size) const {
    expect(address, size, 1);
    const ImagePiece* const piece = image_->find(address);
    const bool there = piece != nullptr && piece->holds(address, size) && spend(size / 8);
    return there ? piece->at(address) : nullptr;
  }
  const char* c_string(Address address) const;

  // Fails unless so much is there, in one piece.
  void expect(Address address, std::uint64_t count, std::uint64_t size) const {
    if (count == 0 || size == 0) return;
    const ImagePiece* const piece = image_->find(address);
    const bool there = piece != nullptr && count <= image_->size() / size &&
                       piece->holds(address, count * size);
    if (!there) fail();
  }
  void begin_object() { left_ = each_; }
  bool exhausted() const { return all_left_ == 0; }

  bool probe(Address address, void* to, std::size_t size) const {
    return spend(1) && image_->read(address, to, size);
  }

  // Whether there is memory that objects of that size can be in.
  bool can_hold(Address object, std::uint64_t before, std::uint64_t size) const {
    const ImagePiece* const piece = image_->find(object);
    return piece != nullptr && piece->writable && piece->holds(object - before, before + size) &&
           (!piece->anonymous || object % 16 == 0);
  }
  // Of an InImage: whether an object, or a frame's record, can be there.
  static bool holds(const void* memory, Address object) {
    const ImagePiece* const piece = static_cast<const InImage*>(memory)->image_->find(object);
    return piece != nullptr && piece->writable && piece->holds(object, 16);
  }
  // More references than there are words cannot be.
  std::uint64_t most_references() const { return image_->size() / 8; }

 private:
  static constexpr std::uint64_t kLeastReads = std::uint64_t{1} << 16;
  static constexpr std::size_t kLongestString = std::size_t{64} << 10;

  bool spend(std::uint64_t reads) const {
    if (left_ <= reads) return false;
    left_ -= reads;
    all_left_ -= reads < all_left_ ? reads : all_left_;
    if (all_left_ == 0) left_ = each_ = 0;
    return all_left_ != 0;
  }
  // Back into the walk, or on with zeros where nothing waits for that.
  void fail() const { recover(*recovery_, FaultReason::kMemoryFault); }

  const MemoryImage* image_;
  Recovery* recovery_;
  mutable std::uint64_t each_;      // reads that an object may cost
  mutable std::uint64_t left_;      // of those, by the object at hand
  mutable std::uint64_t all_left_;  // reads that the whole walk may cost
};

inline const char* InImage::c_string(Address address) const {
  const ImagePiece* const piece = spend(1) ? image_->find(address) : nullptr;
  if (piece != nullptr) {
    const std::size_t room = piece->start + piece->bytes.size() - address;
    const auto* const text = reinterpret_cast<const char*>(piece->at(address));
    if (std::memchr(text, 0, room < kLongestString ? room : kLongestString) != nullptr) return text;
  }
  fail();
  return "";
}

}  // namespace heapsnap
