// ByteReader reads the building blocks of docs/format.md section 1 from a piece of memory.
//
//     ByteReader in(payload, offset_in_file);
//     RootRecord root{.kind = RootKind{in.u8()}, .target = in.address(), .label = in.string()};
//     if (!in.ok()) return in.damaged("root record");
//
// What is not there reads as zero or empty, and so does everything after it: read straight on
// and ask ok() once, but ask before a value is used as a size. count() is for numbers of things
// that follow: it fails if they cannot fit into what is left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "libsnapshot/byte_decoding.h"
#include "libsnapshot/byte_encoding.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class ByteReader {
 public:
  // `file_offset` is where the memory stands in the file, for messages.
  explicit ByteReader(std::span<const std::uint8_t> bytes, std::uint64_t file_offset = 0)
      : start_(bytes.data()), in_(start_), end_(start_ + bytes.size()), file_offset_(file_offset) {}

  bool ok() const { return !failed_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - in_); }
  bool at_end() const { return in_ == end_; }
  const std::uint8_t* position() const { return in_; }

  // The first byte of what could not be read, or of what comes next.
  std::uint64_t file_offset() const {
    return file_offset_ + static_cast<std::uint64_t>(in_ - start_);
  }

  void fail() { failed_ = true; }

  std::uint8_t u8() { return fixed<std::uint8_t>(); }
  std::uint16_t u16() { return fixed<std::uint16_t>(); }
  std::uint32_t u32() { return fixed<std::uint32_t>(); }
  std::uint64_t u64() { return fixed<std::uint64_t>(); }

  std::uint64_t varint();
  std::int64_t zigzag() { return unzigzag(varint()); }
  Address address() { return varint(); }

  // A varint of at most 32 bits.
  std::uint32_t small() {
    const std::uint64_t value = varint();
    if (value > UINT32_MAX) fail();
    return ok() ? static_cast<std::uint32_t>(value) : 0;
  }

  // An enumerator, of those up to `last`.
  template <class Enum>
  Enum enumerator(Enum last) {
    const std::uint8_t value = u8();
    if (value > static_cast<std::uint8_t>(last)) fail();
    return ok() ? static_cast<Enum>(value) : Enum{};
  }

  Address near() {
    previous_ += static_cast<std::uint64_t>(zigzag()) << 3;
    return ok() ? previous_ : 0;
  }

  // The number of things that follow, each of at least `size` bytes.
  std::size_t count(std::size_t size = 1) {
    const std::uint64_t value = varint();
    if (value > left() / size) fail();
    return ok() ? static_cast<std::size_t>(value) : 0;
  }

  // A view of the next `size` bytes, or nothing if there are fewer.
  std::span<const std::uint8_t> bytes(std::size_t size) {
    if (size > left()) fail();
    if (failed_) return {};
    in_ += size;
    return {in_ - size, size};
  }

  // A view into the memory that is read.
  std::string_view string_view() {
    const auto view = bytes(count());
    return {reinterpret_cast<const char*>(view.data()), view.size()};
  }
  std::string string() { return std::string(string_view()); }

  // The error to return when !ok().
  tl::unexpected<Error> damaged(std::string_view what) const;

 private:
  template <class Unsigned>
  Unsigned fixed() {
    const auto view = bytes(sizeof(Unsigned));
    return view.empty() ? Unsigned{0} : get_fixed<Unsigned>(view.data());
  }

  const std::uint8_t* start_;
  const std::uint8_t* in_;
  const std::uint8_t* end_;
  std::uint64_t file_offset_;
  Address previous_ = 0;
  bool failed_ = false;
};

}  // namespace heapsnap
