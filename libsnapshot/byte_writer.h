// ByteWriter appends the building blocks of docs/format.md section 1 to a growing buffer: what
// byte_encoding.h does, with the room seen to. ByteReader is its mirror image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libsnapshot/byte_encoding.h"

namespace heapsnap {

class ByteWriter {
 public:
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

  // Forgets everything, the last near address too, as at the start of a chunk.
  void clear() {
    bytes_.clear();
    previous_ = 0;
  }

  // Forgets the bytes from `size` on; near addresses can then no longer be written.
  void truncate(std::size_t size) { bytes_.resize(size); }

  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u16(std::uint16_t value) { append(scratch_, put_u16(scratch_, value)); }
  void u32(std::uint32_t value) { append(scratch_, put_u32(scratch_, value)); }
  void u64(std::uint64_t value) { append(scratch_, put_u64(scratch_, value)); }
  void varint(std::uint64_t value) { append(scratch_, put_varint(scratch_, value)); }
  void zigzag(std::int64_t value) { append(scratch_, put_zigzag(scratch_, value)); }
  void address(Address address) { varint(address); }
  void near(Address address) { append(scratch_, put_near(scratch_, address, previous_)); }

  void string(std::string_view text) {
    varint(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }

  void bytes(std::span<const std::uint8_t> bytes) {
    append(bytes.data(), bytes.data() + bytes.size());
  }

 private:
  void append(const std::uint8_t* begin, const std::uint8_t* end) {
    bytes_.insert(bytes_.end(), begin, end);
  }

  std::vector<std::uint8_t> bytes_;
  std::uint8_t scratch_[kMaxVarint] = {};
  Address previous_ = 0;
};

}  // namespace heapsnap
