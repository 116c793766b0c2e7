// PaddedBytes holds one chunk's payload, and zeros after it: a decoder may read a few varints
// beyond the end and find out later. The memory is for the largest payload and is reused.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "libsnapshot/format.h"

namespace heapsnap {

class PaddedBytes {
 public:
  static constexpr std::size_t kPadding = 512;

  PaddedBytes() : memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kMaxChunk + kPadding)) {
    resize(0);
  }

  // The contents are then for the caller to write.
  std::span<std::uint8_t> resize(std::size_t size) {
    assert(size <= kMaxChunk);
    size_ = size;
    std::memset(memory_.get() + size, 0, kPadding);
    return {memory_.get(), size};
  }

  std::span<const std::uint8_t> bytes() const { return {memory_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t size_ = 0;
};

}  // namespace heapsnap
