// The loop is tuned for records that have the form, the counts and nearly the address of the
// last one of their type: then a record is its head, its reference count and its edges. The
// input is followed by zeros, so that a varint is read without asking how much is left; each
// record asks once when it is over, and each edge before it is read.
#include "libsnapshot/node_decoder.h"

#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "libsnapshot/byte_decoding.h"
#include "libsnapshot/byte_encoding.h"

namespace heapsnap {
namespace {

enum Head : unsigned { kSameType = 1, kSameSize = 2, kSameForm = 4, kSameCounts = 8 };
constexpr unsigned kLongStep = 15;

constexpr std::uint32_t kKnownParts = (1u << kPartCount) - 1;
constexpr std::uint32_t kEdgeParts = kCountedParts | bit(Part::kWords) | bit(Part::kWeak);
// Without these the parts of a record are a row of edges.
constexpr std::uint32_t kOtherParts =
    bit(Part::kValues) | bit(Part::kValue) | bit(Part::kExternal);

std::uint32_t slots_of(Part part, std::uint32_t count) {
  if (part == Part::kLocals) return count + 1;
  return kPairedParts & bit(part) ? 2 * count : count;
}

}  // namespace

NodeDecoder::NodeDecoder()
    : last_(std::make_unique<Slot[]>(kCodecSlots)),
      hot_(std::make_unique<Address[]>(kCodecSlots)) {}

Result<void> NodeDecoder::decode(const PaddedBytes& payload, std::uint64_t file_offset,
                                 NodeChunk& chunk) {
  start(payload, chunk);
  while (in_ < end_) {
    if (!read_node(chunk.nodes_[chunk.node_count_]) || in_ > end_ || failed_) {
      return failure(ErrorCode::kUnreadable,
                     fmt::format("damaged node record, number {} of its chunk", chunk.node_count_),
                     file_offset);
    }
    ++chunk.node_count_;
  }
  return {};
}

void NodeDecoder::start(const PaddedBytes& payload, NodeChunk& chunk) {
  in_ = payload.bytes().data();
  end_ = in_ + payload.bytes().size();
  failed_ = false;
  type_ = 0;
  missed_ = 0;
  std::memset(last_.get(), 0, kCodecSlots * sizeof(Slot));
  std::memset(hot_.get(), 0, kCodecSlots * sizeof(Address));
  chunk_ = &chunk;
  chunk.make_room(payload.bytes().size());
  chunk.payload_ = payload.bytes();
  chunk.node_count_ = chunk.edge_count_ = 0;
  chunk.shapes_.assign(1, NodeShape{.flags = 0,
                                    .parts = 0,
                                    .edges = 0,
                                    .counts = 0,
                                    .offsets = 0,
                                    .unknown_parts = 0,
                                    .remembered = true});
  chunk.counts_.clear();
  chunk.offsets_.clear();
  chunk.rare_.clear();
}

inline std::uint64_t NodeDecoder::varint() {
  std::uint64_t value;
  const std::uint8_t* end = get_varint(in_, value);
  if (end == nullptr) {
    failed_ = true;
    return 0;
  }
  in_ = end;
  return value;
}

inline std::uint32_t NodeDecoder::small() {
  const std::uint64_t value = varint();
  if (value > UINT32_MAX) failed_ = true;
  return static_cast<std::uint32_t>(value);
}

inline bool NodeDecoder::read_node(NodeEntry& node) {
  const unsigned head = *in_++;
  if (!(head & kSameType)) type_ = small();
  if (type_ == 0) return false;
  Slot& last = last_[type_ % kCodecSlots];
  if (last.type != type_) last = Slot{.address = 0, .size = 0, .type = type_, .shape = 0};
  const Address step = head >> 4 == kLongStep ? static_cast<Address>(unzigzag(varint())) << 3
                                              : static_cast<Address>(unzigzag(head >> 4)) << 4;
  node.address = last.address += step;
  if (!(head & kSameSize)) last.size = varint();
  node.size = last.size;
  if ((head & (kSameForm | kSameCounts)) != (kSameForm | kSameCounts)) {
    if (!read_shape(head, last.shape)) return false;
    last.shape = static_cast<std::uint32_t>(chunk_->shapes_.size() - 1);
  }
  const NodeShape& shape = chunk_->shapes_[last.shape];
  if (head & kSameForm && !shape.remembered) return false;
  node.refcount = varint();
  node.type = type_;
  node.shape = last.shape;
  node.first_edge = static_cast<std::uint32_t>(chunk_->edge_count_);
  node.keys = node.value = node.rare = 0;
  if (shape.flags & kContinuation && !read_rare(node, &NodeChunk::Rare::start)) return false;
  if (!(shape.parts & kOtherParts)) {
    if (!read_edges(shape.edges)) return false;
  } else if (!read_parts(node, shape)) {
    return false;
  }
  return shape.unknown_parts == 0 || skip_unknown_parts(shape.unknown_parts);
}

bool NodeDecoder::read_parts(NodeEntry& node, const NodeShape& shape) {
  const std::uint32_t* count = chunk_->counts_.data() + shape.counts;
  for (std::uint32_t parts = shape.parts; parts != 0; parts &= parts - 1) {
    const auto part = static_cast<Part>(std::countr_zero(parts));
    if (part == Part::kValue) {
      node.value = static_cast<std::uint32_t>(in_ - chunk_->payload_.data());
      if (!read_value()) return false;
    } else if (part == Part::kExternal) {
      if (!read_rare(node, &NodeChunk::Rare::external)) return false;
    } else {
      if (part == Part::kValues) node.keys = small();
      if (!read_edges(slots_of(part, *count++))) return false;
    }
  }
  return true;
}

inline bool NodeDecoder::read_edges(std::size_t count) {
  if (count > left()) return false;
  const std::uint8_t* in = in_;
  Address missed = missed_;
  Address* edge = chunk_->edges_.get() + chunk_->edge_count_;
  for (Address* const end = edge + count; edge != end; ++edge) {
    std::uint64_t code;
    if (in >= end_ || (in = get_varint(in, code)) == nullptr) return false;
    if (!(code & 1)) {
      missed += static_cast<Address>(unzigzag(code >> 1)) << 3;
      hot_[hot_slot(missed)] = *edge = missed;
    } else if (code == 1) {
      *edge = 0;
    } else {
      const std::uint64_t slot = (code >> 1) - 1;
      if (slot >= kCodecSlots) return false;
      *edge = hot_[slot];
      if (*edge == 0) return false;
    }
  }
  in_ = in;
  missed_ = missed;
  chunk_->edge_count_ += count;
  return true;
}

bool NodeDecoder::read_value() {
  const auto form = static_cast<TextForm>(varint() & 3);
  std::uint64_t size = 0;
  switch (form) {
    case TextForm::kLength:
      return true;
    case TextForm::kHash:
      size = sizeof(std::uint64_t);
      break;
    case TextForm::kText:
      size = varint();
      break;
    default:
      return false;
  }
  if (size > left()) return false;
  in_ += size;
  return true;
}

bool NodeDecoder::read_rare(NodeEntry& node, std::uint64_t NodeChunk::Rare::*field) {
  if (node.rare == 0) {
    chunk_->rare_.emplace_back();
    node.rare = static_cast<std::uint32_t>(chunk_->rare_.size());
  }
  chunk_->rare_[node.rare - 1].*field = varint();
  return true;
}

bool NodeDecoder::skip_unknown_parts(std::uint32_t parts) {
  for (; parts != 0; parts &= parts - 1) {
    const std::uint64_t size = varint();
    if (size > left()) return false;
    in_ += size;
  }
  return true;
}

// Appends the shape of a record whose form or counts are not those of the last.
bool NodeDecoder::read_shape(unsigned head, std::uint32_t last) {
  const NodeShape before = chunk_->shapes_[last];
  NodeShape shape = before;
  std::uint32_t of_form[2] = {chunk_->count(before, Part::kWords),
                              chunk_->count(before, Part::kWeak)};
  if (!(head & kSameForm) && !read_form(shape, of_form)) return false;
  shape.counts = static_cast<std::uint32_t>(chunk_->counts_.size());
  shape.edges = 0;
  for (std::uint32_t parts = shape.parts & kEdgeParts; parts != 0; parts &= parts - 1) {
    const auto part = static_cast<Part>(std::countr_zero(parts));
    std::uint32_t count = 0;
    if (part == Part::kWords || part == Part::kWeak) {
      count = of_form[static_cast<std::size_t>(part)];
    } else {
      count = head & kSameCounts ? chunk_->count(before, part) : small();
    }
    if (count > left()) return false;  // an edge takes up a byte
    chunk_->counts_.push_back(count);
    shape.edges += slots_of(part, count);
  }
  chunk_->shapes_.push_back(shape);
  return true;
}

bool NodeDecoder::read_form(NodeShape& shape, std::uint32_t (&of_form)[2]) {
  shape.flags = small();
  const std::uint32_t parts = small();
  shape.parts = parts & kKnownParts;
  shape.unknown_parts = parts & ~kKnownParts;
  shape.offsets = static_cast<std::uint32_t>(chunk_->offsets_.size());
  of_form[0] = of_form[1] = 0;
  if (parts & bit(Part::kWords) && !read_offsets(of_form[0])) return false;
  if (parts & bit(Part::kWeak) && !read_offsets(of_form[1])) return false;
  shape.remembered = of_form[0] + of_form[1] <= kSlotOffsets;
  return true;
}

bool NodeDecoder::read_offsets(std::uint32_t& count) {
  count = small();
  if (count > left()) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t offset = in_ < end_ ? varint() : UINT64_MAX;
    if (offset > UINT16_MAX) return false;
    chunk_->offsets_.push_back(static_cast<std::uint16_t>(offset));
  }
  return true;
}

}  // namespace heapsnap
