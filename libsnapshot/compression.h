// Compression of chunk payloads by zstd, with contexts that are made once and reused.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "libsnapshot/chunk_header.h"
#include "libsnapshot/padded_bytes.h"
#include "libsnapshot/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace heapsnap {

class Compressor {
 public:
  // A level of 0 stores as it is; 1 to 3 are sensible.
  explicit Compressor(int level);
  Compressor(Compressor&&) noexcept;
  ~Compressor();

  // Writes the payload as it is to be stored into `out`, which has raw.size() bytes; says how
  // long it is and by which codec. What would not become smaller is stored as it is.
  ChunkHeader compress(ChunkKind kind, std::span<const std::uint8_t> raw, std::uint8_t* out);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  int level_;
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
};

class Decompressor {
 public:
  Decompressor();
  Decompressor(Decompressor&&) noexcept;
  ~Decompressor();

  // `file_offset` is that of the chunk, for messages.
  [[nodiscard]] Result<void> decompress(const ChunkHeader& header,
                                        std::span<const std::uint8_t> stored,
                                        std::uint64_t file_offset, PaddedBytes& raw);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

}  // namespace heapsnap
