#include "agent/walk/chunk_output.h"

#include "agent/walk/syscall.h"

namespace heapsnap {

long ChunkOutput::write_some(const std::uint8_t* bytes, std::size_t size) {
  const std::uint32_t armed = recovery_.armed;
  recovery_.armed = 0;
  const auto file = static_cast<std::uint64_t>(file_);
  const long done = send_ != nullptr ? send_(bytes, size)
                                     : sys::call(sys::kWrite, file, sys::word_of(bytes), size);
  if (done == -sys::kEagain) sys::wait_writable(file_);
  if (done > 0) recovery_.progress = recovery_.progress + 1;
  recovery_.armed = armed;
  return done;
}

void ChunkOutput::write(const std::uint8_t* bytes, std::size_t size) {
  while (size > 0 && error_ == 0) {
    const long done = write_some(bytes, size);
    if (done >= 0) {
      bytes += done;
      size -= static_cast<std::size_t>(done);
      bytes_ += static_cast<std::uint64_t>(done);
    } else if (done != -sys::kEagain && done != -sys::kEintr) {
      error_ = static_cast<int>(-done);
    }
  }
}

void ChunkOutput::write_chunk(std::uint8_t* start, ChunkKind kind, std::size_t payload) {
  write(start, seal_chunk(start, kind, static_cast<std::uint32_t>(payload), crc_));
}

void Chunk::flush() {
  if (!empty()) output_.write_chunk(start_, kind_, used_ - kChunkHeaderSize);
  used_ = kChunkHeaderSize;
  previous = 0;
}

}  // namespace heapsnap
