#include "libsnapshot/compression.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>
#include <zstd.h>

namespace heapsnap {

void Compressor::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void Decompressor::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Compressor::Compressor(int level) : level_(level), context_(ZSTD_createCCtx()) {}
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor::~Compressor() = default;

ChunkHeader Compressor::compress(ChunkKind kind, std::span<const std::uint8_t> raw,
                                 std::uint8_t* out) {
  const auto raw_length = static_cast<std::uint32_t>(raw.size());
  ChunkHeader header{.stored_length = raw_length,
                     .raw_length = raw_length,
                     .kind = static_cast<std::uint8_t>(kind),
                     .codec = Codec::kNone};
  if (level_ > 0) {
    const std::size_t size = ZSTD_compressCCtx(context_.get(), out, raw.size(), raw.data(),
                                               raw.size(), level_);
    if (!ZSTD_isError(size) && size < raw.size()) {
      header.stored_length = static_cast<std::uint32_t>(size);
      header.codec = Codec::kZstd;
      return header;
    }
  }
  std::copy(raw.begin(), raw.end(), out);
  return header;
}

Decompressor::Decompressor() : context_(ZSTD_createDCtx()) {}
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

Result<void> Decompressor::decompress(const ChunkHeader& header,
                                      std::span<const std::uint8_t> stored,
                                      std::uint64_t file_offset, PaddedBytes& raw) {
  assert(header.raw_length <= kMaxChunk);
  const std::span<std::uint8_t> out = raw.resize(header.raw_length);
  if (header.codec == Codec::kNone) {
    assert(stored.size() == out.size());
    std::copy(stored.begin(), stored.end(), out.begin());
    return {};
  }
  const std::size_t size = ZSTD_decompressDCtx(context_.get(), out.data(), out.size(),
                                               stored.data(), stored.size());
  if (ZSTD_isError(size)) {
    return failure(ErrorCode::kUnreadable,
                   fmt::format("damaged chunk: zstd says: {}", ZSTD_getErrorName(size)),
                   file_offset);
  }
  if (size != out.size()) {
    return failure(ErrorCode::kUnreadable,
                   fmt::format("damaged chunk: {} bytes where {} were expected", size, out.size()),
                   file_offset);
  }
  return {};
}

}  // namespace heapsnap
