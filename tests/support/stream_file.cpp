#include "tests/support/stream_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include <catch2/catch.hpp>

#include "libsnapshot/crc32c.h"
#include "libsnapshot/node_decoder.h"
#include "libsnapshot/padded_bytes.h"

namespace heapsnap {

namespace {

std::uint32_t u32(const std::uint8_t* bytes) {
  std::uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace

StreamFile::StreamFile() : file_(memfd_create("stream", MFD_CLOEXEC)) { REQUIRE(file_ >= 0); }

StreamFile::~StreamFile() { close(file_); }

std::vector<std::uint8_t> StreamFile::bytes() const {
  const off_t size = lseek(file_, 0, SEEK_END);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  REQUIRE(pread(file_, bytes.data(), bytes.size(), 0) == size);
  return bytes;
}

std::vector<StreamChunk> StreamFile::chunks() const {
  const std::vector<std::uint8_t> stream = bytes();
  const Crc32c crc;
  std::vector<StreamChunk> chunks;
  for (std::size_t at = 0; at < stream.size();) {
    REQUIRE(stream.size() - at >= kChunkHeaderSize);
    const std::uint8_t* const header = stream.data() + at;
    const std::size_t size = u32(header);
    REQUIRE(stream.size() - at - kChunkHeaderSize >= size);
    const std::uint8_t* const payload = header + kChunkHeaderSize;
    REQUIRE(crc.of(payload, size, crc.of(header, 12)) == u32(header + 12));
    chunks.push_back({static_cast<ChunkKind>(header[8]), {payload, payload + size}});
    at += kChunkHeaderSize + size;
  }
  return chunks;
}

std::vector<NodeCopy> StreamFile::nodes() const {
  NodeDecoder decoder;
  std::vector<NodeCopy> nodes;
  for (const StreamChunk& chunk : chunks()) {
    if (chunk.kind != ChunkKind::kNodes) continue;
    PaddedBytes payload;
    std::ranges::copy(chunk.payload, payload.resize(chunk.payload.size()).begin());
    const auto decoded = std::make_unique<NodeChunk>();
    REQUIRE(decoder.decode(payload, 0, *decoded));
    for (const NodeEntry& node : decoded->nodes()) nodes.push_back(copy_of(decoded->record(node)));
  }
  return nodes;
}

}  // namespace heapsnap
