// SnapshotReader opens a snapshot, a file or a stream, and yields its records.
//
//     Result<SnapshotReader> snapshot = SnapshotReader::open("app.hsnap");
//     for (const TypeRecord& type : snapshot->tables().types) ...
//     snapshot->for_each_nodes_chunk([&](std::size_t index, const NodeChunk& chunk) { ... });
//
// Opening verifies every checksum and decodes everything but nodes, texts and allocations, which
// may be many: they are visited, chunk by chunk, nodes on several threads. Memory: that of the file, of the
// tables, and some 10 MiB a thread.
//
// Damage (corrupt chunks) is an error, unless `partial` asks to use what is whole; what was left
// out is then in problems(). A file that is cut off can be used either way, and says so.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsnapshot/chunk_index.h"
#include "libsnapshot/node_chunk.h"
#include "libsnapshot/records.h"
#include "libsnapshot/snapshot_bytes.h"

namespace heapsnap {

struct ReadOptions {
  bool partial = false;
  unsigned threads = 0;  // 0: as many as there are processors
};

// All records but nodes, texts and allocations, each kind in the order of the file.
struct SnapshotTables {
  std::vector<Fact> facts = {};  // one of each key, with its last value, those of the end too
  std::vector<TypeRecord> types = {};
  std::vector<KeysRecord> keys = {};
  std::vector<InterpreterRecord> interpreters = {};
  std::vector<ThreadRecord> threads = {};
  std::vector<FrameRecord> frames = {};
  std::vector<RootRecord> roots = {};
  std::vector<FaultRecord> faults = {};
  std::vector<MemoryRecord> memory = {};  // one of each name, its pieces put together
  std::vector<DistributionRecord> distributions = {};
  std::vector<SiteRecord> sites = {};

  // The value of a fact, if it is there and of this kind.
  std::optional<std::uint64_t> number(std::string_view key) const;
  std::optional<std::string_view> text(std::string_view key) const;
};

class SnapshotReader {
 public:
  // "-" is the standard input.
  [[nodiscard]] static Result<SnapshotReader> open(const std::string& path,
                                                   const ReadOptions& options = {});
  [[nodiscard]] static Result<SnapshotReader> open(SnapshotBytes file,
                                                   const ReadOptions& options = {});

  const SnapshotTables& tables() const { return tables_; }
  std::uint16_t minor_version() const { return index_.minor_version; }
  std::uint64_t file_size() const { return file_.bytes().size(); }
  // Of all bytes of the file: 64 bits of SipHash.
  std::uint64_t fingerprint() const;

  bool is_cut_off() const { return index_.cut_off; }
  // Whole, and its walk did not give up.
  bool is_complete() const;
  const std::vector<Error>& problems() const { return index_.problems; }

  const std::vector<ChunkPlace>& chunks() const { return index_.chunks; }
  std::size_t nodes_chunk_count() const { return nodes_chunks_.size(); }

  // Calls the visitor for each nodes chunk, with its index among them in the order of the file.
  // Calls come from several threads at once and in any order, but one at a time of each thread;
  // the chunk is gone when the call returns. A chunk that cannot be decoded is not visited: it
  // is the error returned, or with `partial` one more problem.
  using NodesVisitor = std::function<void(std::size_t index, const NodeChunk& chunk)>;
  [[nodiscard]] Result<void> for_each_nodes_chunk(const NodesVisitor& visitor);

  // In the order of the file, on this thread.
  using TextVisitor = std::function<void(const TextRecord& text)>;
  [[nodiscard]] Result<void> for_each_text(const TextVisitor& visitor);
  using AllocationVisitor = std::function<void(const AllocationRecord& allocation)>;
  [[nodiscard]] Result<void> for_each_allocation(const AllocationVisitor& visitor);

 private:
  SnapshotReader(SnapshotBytes file, ChunkIndex index, const ReadOptions& options);

  Result<void> read_tables();
  template <class Record, class Visitor>
  Result<void> for_each_record(const Visitor& visitor);
  // The error, or nothing if it may be passed over.
  Result<void> report(Error problem);

  SnapshotBytes file_;
  ChunkIndex index_;
  ReadOptions options_;
  std::vector<std::size_t> nodes_chunks_;  // places in index_.chunks
  SnapshotTables tables_;
};

}  // namespace heapsnap
