#include "libsnapshot/snapshot_writer.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "libsnapshot/node_pieces.h"

namespace heapsnap {
namespace {

tl::unexpected<Error> does_not_fit(const char* record) {
  return failure(ErrorCode::kBug, fmt::format("a {} does not fit into a chunk of 1 MiB", record));
}

std::uint64_t count_edges(const NodeRecord& node) {
  std::size_t slots = 0;
  for (std::size_t i = 0; i < kPartCount; ++i) slots += edge_slots(node, static_cast<Part>(i));
  return slots - static_cast<std::size_t>(std::count(node.edges, node.edges + slots, Address{0}));
}

}  // namespace

SnapshotWriter::SnapshotWriter(Sink& sink, int level)
    : chunks_(sink, level),
      encoder_(std::make_unique<NodeEncoder>()),
      nodes_(std::make_unique_for_overwrite<std::uint8_t[]>(kMaxChunk)),
      nodes_end_(nodes_.get()) {}

template <class Record>
void SnapshotWriter::add_to(ChunkKind kind, const Record& record) {
  ByteWriter& out = pending(kind);
  const std::size_t before = out.size();
  write_record(out, record);
  if (out.size() <= kMaxChunk) return;
  // Into the next chunk, anew: its addresses are relative to those before it.
  out.truncate(before);
  write_pending(kind);
  write_record(out, record);
  if (out.size() <= kMaxChunk) return;
  out.clear();
  if (status_) status_ = does_not_fit(RecordChunk<Record>::kName);
}

void SnapshotWriter::add(const Fact& fact) { add_to(ChunkKind::kFacts, fact); }
void SnapshotWriter::add(const KeysRecord& keys) { add_to(ChunkKind::kKeys, keys); }
void SnapshotWriter::add(const TextRecord& text) { add_to(ChunkKind::kTexts, text); }
void SnapshotWriter::add(const RootRecord& root) { add_to(ChunkKind::kRoots, root); }

void SnapshotWriter::add(const StructureRecord& structure) {
  add_to(ChunkKind::kStructures, structure);
}

void SnapshotWriter::add(const DistributionRecord& distribution) {
  add_to(ChunkKind::kDistributions, distribution);
}

void SnapshotWriter::add(const SiteRecord& site) { add_to(ChunkKind::kSites, site); }

void SnapshotWriter::add(const AllocationRecord& allocation) {
  add_to(ChunkKind::kAllocations, allocation);
}

void SnapshotWriter::add(const TypeRecord& type) {
  ++types_;
  add_to(ChunkKind::kTypes, type);
}

void SnapshotWriter::add(const FaultRecord& fault) {
  ++faults_;
  add_to(ChunkKind::kFaults, fault);
}

void SnapshotWriter::add(const MemoryRecord& memory) {
  for (const MemoryRecord& piece : pieces_of(memory)) add_to(ChunkKind::kMemory, piece);
}

void SnapshotWriter::add(const NodeRecord& node) {
  if (node.type >= kFirstType && !(node.flags & kContinuation)) ++objects_;
  edges_ += count_edges(node);
  NodePieces pieces(node);
  while (const NodeRecord* piece = pieces.next()) add_piece(*piece);
}

void SnapshotWriter::add_piece(const NodeRecord& node) {
  const std::size_t most = max_encoded_size(node);
  if (most > kMaxChunk) {
    if (status_) status_ = does_not_fit("node record");
    return;
  }
  if (most > kMaxChunk - static_cast<std::size_t>(nodes_end_ - nodes_.get())) write_nodes();
  nodes_end_ = encoder_->encode(node, nodes_end_);
}

void SnapshotWriter::write_nodes() {
  if (nodes_end_ == nodes_.get()) return;
  write_chunk(ChunkKind::kNodes, {nodes_.get(), nodes_end_});
  nodes_end_ = nodes_.get();
  encoder_->reset();
}

void SnapshotWriter::write_pending(ChunkKind kind) {
  if (!pending(kind).empty()) write_chunk(kind, pending(kind).bytes());
  pending(kind).clear();
}

void SnapshotWriter::write_chunk(ChunkKind kind, std::span<const std::uint8_t> payload) {
  if (!started_ && kind != ChunkKind::kFacts) {
    write_chunk(ChunkKind::kFacts, pending(ChunkKind::kFacts).bytes());
    pending(ChunkKind::kFacts).clear();
  }
  started_ = true;
  if (status_) status_ = chunks_.write(kind, payload);
}

Result<void> SnapshotWriter::cut_off() {
  for (std::size_t kind = 1; kind < pending_.size(); ++kind) {
    write_pending(static_cast<ChunkKind>(kind));
  }
  write_nodes();
  return status_;
}

Result<void> SnapshotWriter::finish(const std::string& incomplete_reason) {
  if (Result<void> done = cut_off(); !done) return done;
  ByteWriter end;
  write_record(end, Fact{"objects", objects_});
  write_record(end, Fact{"edges", edges_});
  write_record(end, Fact{"types", types_});
  write_record(end, Fact{"faults", faults_});
  write_record(end, Fact{"complete", std::uint64_t{incomplete_reason.empty()}});
  if (!incomplete_reason.empty()) write_record(end, Fact{"incomplete_reason", incomplete_reason});
  write_chunk(ChunkKind::kEnd, end.bytes());
  return status_;
}

}  // namespace heapsnap
