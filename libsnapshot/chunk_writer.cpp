#include "libsnapshot/chunk_writer.h"

#include <cassert>

namespace heapsnap {

ChunkWriter::ChunkWriter(Sink& sink, int level)
    : sink_(sink),
      compressor_(level),
      chunk_(std::make_unique_for_overwrite<std::uint8_t[]>(kChunkHeaderSize + kMaxChunk)) {}

Result<void> ChunkWriter::write(ChunkKind kind, std::span<const std::uint8_t> payload) {
  assert(payload.size() <= kMaxChunk);
  if (!started_) {
    std::uint8_t header[kFileHeaderSize];
    put_file_header(header);
    if (Result<void> done = sink_.write(header); !done) return done;
    started_ = true;
  }
  const ChunkHeader header =
      compressor_.compress(kind, payload, chunk_.get() + kChunkHeaderSize);
  put_chunk_header(chunk_.get(), header, crc_);
  return sink_.write({chunk_.get(), kChunkHeaderSize + header.stored_length});
}

}  // namespace heapsnap
