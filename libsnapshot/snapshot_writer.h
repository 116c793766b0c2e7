// SnapshotWriter makes a snapshot of records, in the order of docs/format.md: facts first, the
// totals last, the rest as it comes.
//
//     SnapshotWriter out(sink);
//     out.add(Fact{"pid", std::uint64_t{7}});
//     out.add(type);  out.add(node);  ...
//     Result<void> done = out.finish();
//
// Records are collected into chunks of up to 1 MiB, one for each kind: some 10 MiB of memory,
// whatever the snapshot's size. Errors are those of the sink, and records that fit into no chunk;
// the first one is what finish() returns, and nothing is written after it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "libsnapshot/chunk_writer.h"
#include "libsnapshot/node_encoder.h"
#include "libsnapshot/record_codec.h"
#include "libsnapshot/records.h"

namespace heapsnap {

class SnapshotWriter {
 public:
  // `level` is zstd's; 0 stores chunks as they are, as the agent does.
  explicit SnapshotWriter(Sink& sink, int level = 1);

  void add(const Fact& fact);
  void add(const TypeRecord& type);
  void add(const KeysRecord& keys);
  void add(const NodeRecord& node);  // one with many edges becomes several records
  void add(const TextRecord& text);
  void add(const StructureRecord& structure);
  void add(const RootRecord& root);
  void add(const FaultRecord& fault);
  void add(const MemoryRecord& memory);  // a long text becomes several records
  void add(const DistributionRecord& distribution);
  void add(const SiteRecord& site);
  void add(const AllocationRecord& allocation);

  bool ok() const { return status_.has_value(); }

  // Writes what is left and the end, with the totals of what was added. A reason says that the
  // heap is not all there.
  [[nodiscard]] Result<void> finish(const std::string& incomplete_reason = {});

  // Writes what is left but no end, as if the file were cut off there.
  [[nodiscard]] Result<void> cut_off();

 private:
  template <class Record>
  void add_to(ChunkKind kind, const Record& record);
  void add_piece(const NodeRecord& node);
  void write_nodes();
  void write_pending(ChunkKind kind);
  void write_chunk(ChunkKind kind, std::span<const std::uint8_t> payload);
  ByteWriter& pending(ChunkKind kind) { return pending_[static_cast<std::size_t>(kind)]; }

  ChunkWriter chunks_;
  std::array<ByteWriter, static_cast<std::size_t>(ChunkKind::kSites) + 1> pending_;
  std::unique_ptr<NodeEncoder> encoder_;
  std::unique_ptr<std::uint8_t[]> nodes_;
  std::uint8_t* nodes_end_;
  bool started_ = false;  // facts were written
  Result<void> status_;
  std::uint64_t objects_ = 0;
  std::uint64_t edges_ = 0;
  std::uint64_t types_ = 0;
  std::uint64_t faults_ = 0;
};

}  // namespace heapsnap
