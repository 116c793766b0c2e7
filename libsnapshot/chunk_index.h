// ChunkIndex says where the whole chunks of a snapshot lie, and what is wrong with it.
//
// Every checksum is verified here: about 0.1 ms a MiB. After damage the search goes on at the
// next place where a chunk with a right checksum stands, so that a damaged length does not cost
// more than its chunk. A file that just ends (whole chunks, then a piece of one or nothing) is
// cut off; anything else that is wrong is a problem.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libsnapshot/chunk_header.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct ChunkPlace {
  ChunkHeader header;
  std::uint64_t offset = 0;                   // of its header, in the file
  std::span<const std::uint8_t> stored = {};  // its payload, as it stands in the file
};

struct ChunkIndex {
  std::uint16_t minor_version = 0;
  std::vector<ChunkPlace> chunks = {};
  bool cut_off = false;              // no end chunk
  std::vector<Error> problems = {};  // each with its offset
};

// Fails if it is no snapshot, or of a version that we do not read.
[[nodiscard]] Result<ChunkIndex> index_chunks(std::span<const std::uint8_t> file);

// The header's fields, if it may be one at all: known codec, sensible lengths, zero padding.
enum class HeaderCheck { kGood, kShort, kBad };
HeaderCheck check_chunk_header(std::span<const std::uint8_t> bytes, ChunkHeader& header);

// The 16 bytes at the start; returns the minor version.
[[nodiscard]] Result<std::uint16_t> check_file_header(std::span<const std::uint8_t> bytes);

}  // namespace heapsnap
