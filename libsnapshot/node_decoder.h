// NodeDecoder reads the records of a nodes chunk (docs/format.md section 6); it mirrors
// NodeEncoder.
//
//     NodeDecoder decoder;                             // reuse it: it has 128 KiB of state
//     NodeChunk chunk;                                 // and this has room for any chunk
//     Result<void> done = decoder.decode(payload, file_offset, chunk);
//
// One pass, no allocation but for shapes. Whatever the bytes are, it ends with a chunk in which
// all slices are in range, or with an error; then the chunk has no meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "libsnapshot/format.h"
#include "libsnapshot/node_chunk.h"
#include "libsnapshot/padded_bytes.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class NodeDecoder {
 public:
  NodeDecoder();

  // `file_offset` is that of the chunk, for messages. The chunk refers to the payload.
  [[nodiscard]] Result<void> decode(const PaddedBytes& payload, std::uint64_t file_offset,
                                    NodeChunk& chunk);

 private:
  struct Slot {  // what the last record of a type was
    Address address;
    std::uint64_t size;
    std::uint32_t type;
    std::uint32_t shape;
  };

  void start(const PaddedBytes& payload, NodeChunk& chunk);

  // Each reads at `in`, which may be beyond the end, in the padding; it returns where it got to,
  // or null if what it read is damaged.
  using Bytes = const std::uint8_t*;
  Bytes read_node(Bytes in, NodeEntry& node);
  Bytes read_parts(Bytes in, NodeEntry& node, const NodeShape& shape);
  Bytes read_edges(Bytes in, std::size_t count);
  Bytes read_value(Bytes in);
  Bytes read_rare(Bytes in, NodeEntry& node, std::uint64_t NodeChunk::Rare::*field);
  Bytes skip_unknown_parts(Bytes in, std::uint32_t parts);
  Bytes read_shape(Bytes in, unsigned head, std::uint32_t last);
  Bytes read_form(Bytes in, NodeShape& shape, std::uint32_t (&of_form)[2]);
  Bytes read_offsets(Bytes in, std::uint32_t& count);
  Bytes varint(Bytes in, std::uint64_t& value);
  Bytes small(Bytes in, std::uint32_t& value);
  std::size_t left(Bytes in) const { return in < end_ ? static_cast<std::size_t>(end_ - in) : 0; }

  const std::uint8_t* end_ = nullptr;
  bool failed_ = false;  // a number was too large
  NodeChunk* chunk_ = nullptr;
  std::uint32_t type_ = 0;
  Address missed_ = 0;
  std::unique_ptr<Slot[]> last_;
  std::unique_ptr<Address[]> hot_;
};

}  // namespace heapsnap
