// The 16 bytes before each chunk's payload, and the 16 at the start of a file (docs/format.md
// section 2). Freestanding, as format.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "libsnapshot/byte_encoding.h"
#include "libsnapshot/crc32c.h"
#include "libsnapshot/format.h"

namespace heapsnap {

inline std::uint8_t* put_file_header(std::uint8_t* out) {
  out = put_bytes(out, kMagic, sizeof kMagic);
  out = put_u16(out, kMajorVersion);
  out = put_u16(out, kMinorVersion);
  return put_u32(out, 0);
}

struct ChunkHeader {
  std::uint32_t stored_length = 0;  // of the payload as it stands in the file
  std::uint32_t raw_length = 0;     // of the payload when decompressed
  std::uint8_t kind = 0;            // ChunkKind, or one that we do not know
  Codec codec = Codec::kNone;
};

inline constexpr std::size_t kCheckedHeader = 12;  // bytes of the header that the crc covers

// Writes the header of the payload that stands at `chunk + kChunkHeaderSize`.
inline void put_chunk_header(std::uint8_t* chunk, const ChunkHeader& header, const Crc32c& crc) {
  std::uint8_t* out = put_u32(chunk, header.stored_length);
  out = put_u32(out, header.raw_length);
  out = put_u8(out, header.kind);
  out = put_u8(out, static_cast<std::uint8_t>(header.codec));
  out = put_u16(out, 0);
  const std::uint32_t of_header = crc.of(chunk, kCheckedHeader);
  put_u32(out, crc.of(chunk + kChunkHeaderSize, header.stored_length, of_header));
}

// The same for a payload stored as it is; returns the size of the whole chunk.
inline std::size_t seal_chunk(std::uint8_t* chunk, ChunkKind kind, std::uint32_t payload_size,
                              const Crc32c& crc) {
  put_chunk_header(chunk, {payload_size, payload_size, static_cast<std::uint8_t>(kind)}, crc);
  return kChunkHeaderSize + payload_size;
}

}  // namespace heapsnap
