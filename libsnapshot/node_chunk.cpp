#include "libsnapshot/node_chunk.h"

#include <algorithm>
#include <bit>

namespace heapsnap {
namespace {

// Those for which a shape has a count.
constexpr std::uint32_t kEdgeParts = kCountedParts | bit(Part::kWords) | bit(Part::kWeak);

// Addresses that `count` of the part take up, without the code object of locals.
std::size_t slots_of(Part part, std::size_t count) {
  return kPairedParts & bit(part) ? 2 * count : count;
}

}  // namespace

// It costs address space and not memory: what is not written to is not there.
void NodeChunk::make_room(std::size_t payload_size) {
  constexpr std::size_t kMinNode = 2;  // bytes: head and reference count
  if (room_ >= payload_size && nodes_) return;
  room_ = std::bit_ceil(payload_size);
  nodes_ = std::make_unique_for_overwrite<NodeEntry[]>(room_ / kMinNode + 1);
  edges_ = std::make_unique_for_overwrite<Address[]>(room_);
}

std::uint32_t NodeChunk::count(const NodeShape& shape, Part part) const {
  if (!(shape.parts & kEdgeParts & bit(part))) return 0;
  const int place = std::popcount(shape.parts & kEdgeParts & (bit(part) - 1));
  return counts_[shape.counts + static_cast<std::size_t>(place)];
}

std::span<const Address> NodeChunk::edges(const NodeEntry& node, Part part) const {
  const NodeShape& shape = shape_of(node);
  if (!(shape.parts & kEdgeParts & bit(part))) return {};
  const Address* edge = edges_.get() + node.first_edge;
  const std::uint32_t* count = counts_.data() + shape.counts;
  const std::uint32_t before = shape.parts & kEdgeParts & (bit(part) - 1);
  for (std::uint32_t left = before; left != 0; left &= left - 1) {
    edge += slots_of(static_cast<Part>(std::countr_zero(left)), *count++);
  }
  if (shape.parts & bit(Part::kLocals) && part >= Part::kLocals) ++edge;  // the code object
  return {edge, slots_of(part, *count)};
}

Address NodeChunk::code(const NodeEntry& node) const {
  if (!(shape_of(node).parts & bit(Part::kLocals))) return 0;
  return *(edges(node, Part::kLocals).data() - 1);
}

RawValue NodeChunk::value(const NodeEntry& node) const {
  if (!(shape_of(node).parts & bit(Part::kValue))) return {};
  ByteReader in(payload_.subspan(node.value));
  return read_raw_value(in);
}

NodeRecord NodeChunk::record(const NodeEntry& node) const {
  const NodeShape& shape = shape_of(node);
  NodeRecord record;
  record.address = node.address;
  record.size = node.size;
  record.refcount = node.refcount;
  record.start = start(node);
  record.keys = node.keys;
  record.external = external(node);
  record.type = node.type;
  record.flags = shape.flags;
  record.parts = shape.parts;
  for (std::size_t i = 0; i < kPartCount; ++i) record.counts[i] = count(shape, Part(i));
  record.offsets = offsets(shape).data();
  record.edges = edges(node).data();
  if (shape.parts & bit(Part::kValue)) {
    ByteReader in(payload_.subspan(node.value));
    record.value = in.position();
    read_raw_value(in);
    record.value_size = static_cast<std::size_t>(in.position() - record.value);
  }
  return record;
}

}  // namespace heapsnap
