// ChunkOutput writes the stream to a file descriptor; Chunk gathers the records of one kind for it.
//
//     Chunk roots(output, ChunkKind::kRoots, memory, size);
//     std::uint8_t* out = roots.reserve(most);   // starts a new chunk if this one is too full
//     out = put_u8(out, ...);                    // at most that many bytes
//     roots.commit(out);
//
// A write is retried until it is whole (EINTR, short writes, EAGAIN); after an error ChunkOutput
// swallows everything and error() says why. How long a reader lets us wait says nothing of the
// object at hand, and a chunk that is half sent must be finished: recover() does nothing then.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/walk.h"
#include "libsnapshot/chunk_header.h"
#include "libsnapshot/format.h"

namespace heapsnap {

class ChunkOutput {
 public:
  // What is written goes to `file`, or to `send` if there is one (see WalkOptions).
  using Send = long (*)(const std::uint8_t* bytes, std::size_t size);
  ChunkOutput(int file, Recovery& recovery, Send send = nullptr)
      : file_(file), recovery_(recovery), send_(send) {}

  void write(const std::uint8_t* bytes, std::size_t size);
  // Writes the chunk whose payload stands kChunkHeaderSize after `start`.
  void write_chunk(std::uint8_t* start, ChunkKind kind, std::size_t payload);

  int error() const { return error_; }           // errno, 0: none
  std::uint64_t bytes() const { return bytes_; }  // written

 private:
  long write_some(const std::uint8_t* bytes, std::size_t size);

  int file_;
  Recovery& recovery_;
  Send send_;
  int error_ = 0;
  std::uint64_t bytes_ = 0;
  Crc32c crc_;
};

class Chunk {
 public:
  // `size` includes the header; at most kChunkHeaderSize + kMaxChunk.
  Chunk(ChunkOutput& output, ChunkKind kind, void* memory, std::size_t size)
      : output_(output), kind_(kind), start_(static_cast<std::uint8_t*>(memory)), size_(size) {}

  // Room for `most` bytes (which may not exceed capacity()).
  std::uint8_t* reserve(std::size_t most) {
    if (size_ - used_ < most) flush();
    return start_ + used_;
  }
  void commit(const std::uint8_t* end) { used_ = static_cast<std::size_t>(end - start_); }
  void flush();

  bool empty() const { return used_ == kChunkHeaderSize; }  // delta state must start afresh
  std::size_t capacity() const { return size_ - kChunkHeaderSize; }

  Address previous = 0;  // of `near` addresses; flush() clears it

 private:
  ChunkOutput& output_;
  ChunkKind kind_;
  std::uint8_t* start_;
  std::size_t size_;
  std::size_t used_ = kChunkHeaderSize;
};

}  // namespace heapsnap
