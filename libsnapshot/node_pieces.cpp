#include "libsnapshot/node_pieces.h"

#include <algorithm>

namespace heapsnap {
namespace {

std::uint32_t edges_per_count(Part part) { return kPairedParts & bit(part) ? 2 : 1; }

}  // namespace

NodePieces::NodePieces(const NodeRecord& node) : node_(node) {}

const NodeRecord* NodePieces::next() {
  if (!started_) {
    started_ = true;
    cut_first();
    return &piece_;
  }
  return cut_continuation() ? &piece_ : nullptr;
}

// Every part, each with as many of its edges as there is still room for.
void NodePieces::cut_first() {
  piece_ = node_;
  std::size_t room = kMaxRecordEdges;
  const Address* edge = node_.edges;
  for (std::size_t i = 0; i < kPartCount; ++i) {
    const auto part = static_cast<Part>(i);
    const Address* const end = edge + edge_slots(node_, part);
    if (kCountedParts & node_.parts & bit(part)) {
      const std::size_t most = room / edges_per_count(part);
      piece_.counts[i] = static_cast<std::uint32_t>(std::min<std::size_t>(most, node_.counts[i]));
    }
    written_[i] = piece_.counts[i];
    const std::size_t slots = edge_slots(piece_, part);
    room -= std::min(room, slots);
    edges_.insert(edges_.end(), edge, edge + slots);
    edge = end;
  }
  piece_.edges = edges_.data();
}

// More edges of the first part that still has some.
bool NodePieces::cut_continuation() {
  const Address* edge = node_.edges;
  std::size_t i = 0;
  for (; i < kPartCount; ++i) {
    if (edge_slots(node_, Part(i)) != 0 && written_[i] < node_.counts[i]) break;
    edge += edge_slots(node_, Part(i));
  }
  if (i == kPartCount) return false;
  const auto part = static_cast<Part>(i);
  const std::uint32_t unit = edges_per_count(part);
  const auto count = std::min<std::uint32_t>(node_.counts[i] - written_[i],
                                             static_cast<std::uint32_t>(kMaxRecordEdges) / unit);
  piece_ = NodeRecord{};
  piece_.address = node_.address;
  piece_.size = node_.size;
  piece_.refcount = node_.refcount;
  piece_.type = node_.type;
  piece_.flags = node_.flags | kContinuation;
  piece_.parts = bit(part);
  piece_.keys = node_.keys;
  piece_.start = node_.start + std::uint64_t{written_[i]} * unit;
  piece_.counts[i] = count;
  edges_.clear();
  if (part == Part::kLocals) edges_.push_back(*edge++);  // the code object, again
  edge += std::size_t{written_[i]} * unit;
  edges_.insert(edges_.end(), edge, edge + std::size_t{count} * unit);
  piece_.edges = edges_.data();
  written_[i] += count;
  return true;
}

}  // namespace heapsnap
