#include "agent/walk/node_builder.h"

namespace heapsnap {

namespace {

constexpr std::size_t kWords = static_cast<std::size_t>(Part::kWords);
constexpr std::size_t kWeak = static_cast<std::size_t>(Part::kWeak);
constexpr std::size_t kMaxWeak = 16;

}  // namespace

NodeBuilder::NodeBuilder(Emitter& emitter, Relief relief, void* context)
    : emitter_(emitter),
      relief_(relief),
      context_(context),
      edges_(emitter.arena().make_array<Address>(kMaxRecordEdges + 2)),
      offsets_(emitter.arena().make_array<std::uint16_t>(kMaxWords + kMaxWeak)),
      weak_edges_(emitter.arena().make_array<Address>(kMaxWeak)),
      weak_offsets_(emitter.arena().make_array<std::uint16_t>(kMaxWeak)) {}

void NodeBuilder::begin(Address address, std::uint32_t type, std::uint64_t size,
                        std::uint64_t refcount, std::uint32_t flags) {
  record_.address = address;
  record_.type = type;
  record_.size = size;
  record_.refcount = refcount;
  record_.flags = flags;
  record_.offsets = offsets_;
  abandon();
  wrote_some_ = false;
}

void NodeBuilder::abandon() {
  for (std::uint32_t left = record_.parts; left != 0; left &= left - 1) {
    record_.counts[__builtin_ctz(left)] = 0;
  }
  record_.parts = 0;
  record_.start = 0;
  record_.value_size = 0;
  edges_used_ = weak_used_ = 0;
  part_ = 0;
  written_ = 0;
}

void NodeBuilder::word_at(std::uint16_t word, Address target) {
  std::uint32_t& count = record_.counts[kWords];
  if (count == kMaxWords) return;
  record_.parts |= bit(Part::kWords);
  offsets_[count++] = word;
  edges_[edges_used_++] = target;
}

void NodeBuilder::weak(std::int64_t byte_offset, Address target) {
  if (weak_used_ == kMaxWeak) return;
  weak_offsets_[weak_used_] = static_cast<std::uint16_t>(byte_offset / 8);
  weak_edges_[weak_used_++] = target;
}

void NodeBuilder::place_weak() {
  if (weak_used_ == 0) return;
  record_.parts |= bit(Part::kWeak);
  record_.counts[kWeak] = static_cast<std::uint32_t>(weak_used_);
  for (std::size_t i = 0; i < weak_used_; ++i) {
    offsets_[record_.counts[kWords] + i] = weak_offsets_[i];
    edges_[edges_used_++] = weak_edges_[i];
  }
  weak_used_ = 0;
}

void NodeBuilder::open(Part part) {
  place_weak();
  record_.parts |= bit(part);
  part_ = static_cast<std::size_t>(part);
  written_ = 0;
}

void NodeBuilder::open_locals(Address code) {
  open(Part::kLocals);
  code_ = code;
  edges_[edges_used_++] = code;
}

void NodeBuilder::value(const std::uint8_t* bytes, std::size_t size) {
  record_.parts |= bit(Part::kValue);
  record_.value = bytes;
  record_.value_size = size;
}

void NodeBuilder::external(std::uint64_t bytes) {
  record_.parts |= bit(Part::kExternal);
  record_.external = bytes;
}

void NodeBuilder::write() {
  emitter_.write(record_, edges_);
  wrote_some_ = true;
}

// Writes what there is and goes on with the open part in a continuation.
void NodeBuilder::overflow() {
  write();
  const auto part = static_cast<Part>(part_);
  written_ += record_.counts[part_];
  const std::uint64_t written = written_;
  const std::size_t open_part = part_;
  abandon();
  part_ = open_part;
  written_ = written;
  record_.parts = bit(part);
  record_.flags |= kContinuation;
  record_.start = (kPairedParts & bit(part)) ? written * 2 : written;
  if (part == Part::kLocals) edges_[edges_used_++] = code_;
  relief_(context_);
}

void NodeBuilder::finish() {
  place_weak();
  write();
  record_.flags &= ~std::uint32_t{kContinuation};
}

}  // namespace heapsnap
