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
  bool read_node(NodeEntry& node);
  bool read_parts(NodeEntry& node, const NodeShape& shape);
  bool read_edges(std::size_t count);
  bool read_value();
  bool read_rare(NodeEntry& node, std::uint64_t NodeChunk::Rare::*field);
  bool skip_unknown_parts(std::uint32_t parts);
  bool read_shape(unsigned head, std::uint32_t last);
  bool read_form(NodeShape& shape, std::uint32_t (&of_form)[2]);
  bool read_offsets(std::uint32_t& count);
  std::uint64_t varint();
  std::uint32_t small();
  std::size_t left() const { return in_ < end_ ? static_cast<std::size_t>(end_ - in_) : 0; }

  const std::uint8_t* in_ = nullptr;  // may be beyond the end, in the padding
  const std::uint8_t* end_ = nullptr;
  bool failed_ = false;  // a number was too large
  NodeChunk* chunk_ = nullptr;
  std::uint32_t type_ = 0;
  Address missed_ = 0;
  std::unique_ptr<Slot[]> last_;
  std::unique_ptr<Address[]> hot_;
};

}  // namespace heapsnap
