// ChunkWriter writes a snapshot's header and chunks to a sink (docs/format.md section 2).
//
// The header goes out before the first chunk. Memory: one chunk.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "libsnapshot/compression.h"
#include "libsnapshot/sink.h"

namespace heapsnap {

class ChunkWriter {
 public:
  // `level` is zstd's, 0 to store as it is. The sink must outlive the writer.
  ChunkWriter(Sink& sink, int level);

  // The payload has at most kMaxChunk bytes.
  [[nodiscard]] Result<void> write(ChunkKind kind, std::span<const std::uint8_t> payload);

 private:
  Sink& sink_;
  Compressor compressor_;
  Crc32c crc_;
  bool started_ = false;
  std::unique_ptr<std::uint8_t[]> chunk_;
};

}  // namespace heapsnap
