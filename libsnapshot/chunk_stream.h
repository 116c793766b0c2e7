// ChunkStream reads a snapshot from a descriptor, one chunk after another.
//
//     ChunkStream in(fd);
//     while (true) {
//       Result<bool> more = in.next(payload);      // false: the stream is over
//       ...
//     }
//
// The first error is final. Its offset is in the stream.
#pragma once

#include <cstdint>
#include <memory>

#include "libsnapshot/compression.h"
#include "libsnapshot/padded_bytes.h"

namespace heapsnap {

class ChunkStream {
 public:
  explicit ChunkStream(int fd);  // leaves it open

  // Reads, verifies and decompresses the next chunk. False if the stream ends before it.
  [[nodiscard]] Result<bool> next(PaddedBytes& payload);

  ChunkKind kind() const { return static_cast<ChunkKind>(header_.kind); }  // of the last one
  std::uint64_t offset() const { return offset_; }  // bytes read so far

 private:
  Result<std::size_t> read(std::uint8_t* into, std::size_t size);
  Result<void> start();

  int fd_;
  bool started_ = false;
  std::uint64_t offset_ = 0;
  ChunkHeader header_;
  Crc32c crc_;
  Decompressor decompressor_;
  std::unique_ptr<std::uint8_t[]> stored_;
};

}  // namespace heapsnap
