// StreamFile takes what the walker's ChunkOutput writes, and reads it back.
//
//     StreamFile file;
//     ChunkOutput output(file.descriptor());
//     ...
//     std::vector<StreamChunk> chunks = file.chunks();
#pragma once

#include <cstdint>
#include <vector>

#include "libsnapshot/format.h"
#include "tests/support/node_copy.h"

namespace heapsnap {

struct StreamChunk {
  ChunkKind kind;
  std::vector<std::uint8_t> payload;
};

class StreamFile {
 public:
  StreamFile();
  ~StreamFile();
  StreamFile(const StreamFile&) = delete;
  StreamFile& operator=(const StreamFile&) = delete;

  int descriptor() const { return file_; }
  std::vector<std::uint8_t> bytes() const;
  // Requires that every chunk's checksum is right and that the last is whole.
  std::vector<StreamChunk> chunks() const;
  // The records of all nodes chunks, in order.
  std::vector<NodeCopy> nodes() const;

 private:
  int file_;
};

}  // namespace heapsnap
