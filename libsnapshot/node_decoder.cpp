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
  const std::uint8_t* in = payload.bytes().data();
  while (in < end_) {
    in = read_node(in, chunk.nodes_[chunk.node_count_]);
    if (in == nullptr || in > end_ || failed_) {
      return failure(ErrorCode::kUnreadable,
                     fmt::format("damaged node record, number {} of its chunk", chunk.node_count_),
                     file_offset);
    }
    ++chunk.node_count_;
  }
  return {};
}

void NodeDecoder::start(const PaddedBytes& payload, NodeChunk& chunk) {
  end_ = payload.bytes().data() + payload.bytes().size();
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

// Never null: what is wrong with a number alone is noted, for the record's end.
inline const std::uint8_t* NodeDecoder::varint(const std::uint8_t* in, std::uint64_t& value) {
  const std::uint8_t* end = get_varint(in, value);
  if (end != nullptr) return end;
  failed_ = true;
  return in;
}

inline const std::uint8_t* NodeDecoder::small(const std::uint8_t* in, std::uint32_t& value) {
  std::uint64_t wide;
  in = varint(in, wide);
  if (wide > UINT32_MAX) failed_ = true;
  value = static_cast<std::uint32_t>(wide);
  return in;
}

inline const std::uint8_t* NodeDecoder::read_node(const std::uint8_t* in, NodeEntry& node) {
  const unsigned head = *in++;
  if (!(head & kSameType)) in = small(in, type_);
  if (type_ == 0) return nullptr;
  Slot& last = last_[type_ % kCodecSlots];
  if (last.type != type_) last = Slot{.address = 0, .size = 0, .type = type_, .shape = 0};
  Address step = static_cast<Address>(unzigzag(head >> 4)) << 4;
  if (head >> 4 == kLongStep) {
    std::uint64_t code;
    in = varint(in, code);
    step = static_cast<Address>(unzigzag(code)) << 3;
  }
  node.address = last.address += step;
  if (!(head & kSameSize)) in = varint(in, last.size);
  node.size = last.size;
  if ((head & (kSameForm | kSameCounts)) != (kSameForm | kSameCounts)) {
    in = read_shape(in, head, last.shape);
    if (in == nullptr) return nullptr;
    last.shape = static_cast<std::uint32_t>(chunk_->shapes_.size() - 1);
  }
  const NodeShape& shape = chunk_->shapes_[last.shape];
  if (head & kSameForm && !shape.remembered) return nullptr;
  in = varint(in, node.refcount);
  node.type = type_;
  node.shape = last.shape;
  node.first_edge = static_cast<std::uint32_t>(chunk_->edge_count_);
  node.keys = node.value = node.rare = 0;
  if (shape.flags & kContinuation) in = read_rare(in, node, &NodeChunk::Rare::start);
  in = shape.parts & kOtherParts ? read_parts(in, node, shape) : read_edges(in, shape.edges);
  if (in == nullptr || shape.unknown_parts == 0) return in;
  return skip_unknown_parts(in, shape.unknown_parts);
}

const std::uint8_t* NodeDecoder::read_parts(const std::uint8_t* in, NodeEntry& node,
                                            const NodeShape& shape) {
  const std::uint32_t* count = chunk_->counts_.data() + shape.counts;
  for (std::uint32_t parts = shape.parts; parts != 0 && in != nullptr; parts &= parts - 1) {
    const auto part = static_cast<Part>(std::countr_zero(parts));
    if (part == Part::kValue) {
      node.value = static_cast<std::uint32_t>(in - chunk_->payload_.data());
      in = read_value(in);
    } else if (part == Part::kExternal) {
      in = read_rare(in, node, &NodeChunk::Rare::external);
    } else {
      if (part == Part::kValues) in = small(in, node.keys);
      in = read_edges(in, slots_of(part, *count++));
    }
  }
  return in;
}

inline const std::uint8_t* NodeDecoder::read_edges(const std::uint8_t* in, std::size_t count) {
  if (count > left(in)) return nullptr;
  Address missed = missed_;
  Address* edge = chunk_->edges_.get() + chunk_->edge_count_;
  for (Address* const end = edge + count; edge != end; ++edge) {
    std::uint64_t code;
    if (in >= end_ || (in = get_varint(in, code)) == nullptr) return nullptr;
    if (!(code & 1)) {
      missed += static_cast<Address>(unzigzag(code >> 1)) << 3;
      hot_[hot_slot(missed)] = *edge = missed;
    } else if (code == 1) {
      *edge = 0;
    } else {
      const std::uint64_t slot = (code >> 1) - 1;
      if (slot >= kCodecSlots) return nullptr;
      *edge = hot_[slot];
      if (*edge == 0) return nullptr;
    }
  }
  missed_ = missed;
  chunk_->edge_count_ += count;
  return in;
}

const std::uint8_t* NodeDecoder::read_value(const std::uint8_t* in) {
  // Only the form matters here, and whether the length before it takes up one byte or two cannot
  // be predicted.
  const auto form = static_cast<TextForm>(*in & 3);
  const std::uint8_t* end = skip_short_varint(in);
  std::uint64_t size = 0;
  in = end != nullptr ? end : varint(in, size);
  switch (form) {
    case TextForm::kLength:
      size = 0;
      break;
    case TextForm::kHash:
      size = sizeof(std::uint64_t);
      break;
    case TextForm::kText:
      in = varint(in, size);
      break;
    default:
      return nullptr;
  }
  return size > left(in) ? nullptr : in + size;
}

const std::uint8_t* NodeDecoder::read_rare(const std::uint8_t* in, NodeEntry& node,
                                           std::uint64_t NodeChunk::Rare::*field) {
  if (node.rare == 0) {
    chunk_->rare_.emplace_back();
    node.rare = static_cast<std::uint32_t>(chunk_->rare_.size());
  }
  return varint(in, chunk_->rare_[node.rare - 1].*field);
}

const std::uint8_t* NodeDecoder::skip_unknown_parts(const std::uint8_t* in, std::uint32_t parts) {
  for (; parts != 0; parts &= parts - 1) {
    std::uint64_t size;
    in = varint(in, size);
    if (size > left(in)) return nullptr;
    in += size;
  }
  return in;
}

// Appends the shape of a record whose form or counts are not those of the last.
const std::uint8_t* NodeDecoder::read_shape(const std::uint8_t* in, unsigned head,
                                            std::uint32_t last) {
  const NodeShape before = chunk_->shapes_[last];
  NodeShape shape = before;
  std::uint32_t of_form[2] = {chunk_->count(before, Part::kWords),
                              chunk_->count(before, Part::kWeak)};
  if (!(head & kSameForm)) in = read_form(in, shape, of_form);
  if (in == nullptr) return nullptr;
  shape.counts = static_cast<std::uint32_t>(chunk_->counts_.size());
  shape.edges = 0;
  for (std::uint32_t parts = shape.parts & kEdgeParts; parts != 0; parts &= parts - 1) {
    const auto part = static_cast<Part>(std::countr_zero(parts));
    std::uint32_t count = 0;
    if (part == Part::kWords || part == Part::kWeak) {
      count = of_form[static_cast<std::size_t>(part)];
    } else if (head & kSameCounts) {
      count = chunk_->count(before, part);
    } else {
      in = small(in, count);
    }
    if (count > left(in)) return nullptr;  // an edge takes up a byte
    chunk_->counts_.push_back(count);
    shape.edges += slots_of(part, count);
  }
  chunk_->shapes_.push_back(shape);
  return in;
}

const std::uint8_t* NodeDecoder::read_form(const std::uint8_t* in, NodeShape& shape,
                                           std::uint32_t (&of_form)[2]) {
  std::uint32_t parts;
  in = small(in, shape.flags);
  in = small(in, parts);
  shape.parts = parts & kKnownParts;
  shape.unknown_parts = parts & ~kKnownParts;
  shape.offsets = static_cast<std::uint32_t>(chunk_->offsets_.size());
  of_form[0] = of_form[1] = 0;
  if (parts & bit(Part::kWords)) in = read_offsets(in, of_form[0]);
  if (parts & bit(Part::kWeak) && in != nullptr) in = read_offsets(in, of_form[1]);
  shape.remembered = of_form[0] + of_form[1] <= kSlotOffsets;
  return in;
}

const std::uint8_t* NodeDecoder::read_offsets(const std::uint8_t* in, std::uint32_t& count) {
  in = small(in, count);
  if (count > left(in)) return nullptr;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint64_t offset = UINT64_MAX;
    if (in < end_) in = varint(in, offset);
    if (offset > UINT16_MAX) return nullptr;
    chunk_->offsets_.push_back(static_cast<std::uint16_t>(offset));
  }
  return in;
}

}  // namespace heapsnap
