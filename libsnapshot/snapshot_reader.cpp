#include "libsnapshot/snapshot_reader.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "libsnapshot/compression.h"
#include "libsnapshot/node_decoder.h"
#include "libsnapshot/on_threads.h"
#include "libsnapshot/record_codec.h"
#include "libsnapshot/siphash.h"

namespace heapsnap {
namespace {

bool is_of(const ChunkPlace& place, ChunkKind kind) {
  return place.header.kind == static_cast<std::uint8_t>(kind);
}

// Not what may be many, and nothing from a later version.
bool is_table(const ChunkPlace& place) {
  return place.header.kind >= static_cast<std::uint8_t>(ChunkKind::kFacts) &&
         place.header.kind <= static_cast<std::uint8_t>(ChunkKind::kSites) &&
         !is_of(place, ChunkKind::kNodes) && !is_of(place, ChunkKind::kTexts) &&
         !is_of(place, ChunkKind::kAllocations);
}

void put(SnapshotTables& tables, Fact&& fact) {
  const auto same = std::ranges::find(tables.facts, fact.key, &Fact::key);
  if (same == tables.facts.end()) {
    tables.facts.push_back(std::move(fact));
  } else {
    same->value = std::move(fact.value);
  }
}

void put(SnapshotTables& tables, MemoryRecord&& memory) {
  const auto same = std::ranges::find(tables.memory, memory.name, &MemoryRecord::name);
  if (same == tables.memory.end()) {
    tables.memory.push_back(std::move(memory));
  } else {
    same->text += memory.text;
  }
}

void put(SnapshotTables& tables, StructureRecord&& structure) {
  if (const auto* interpreter = std::get_if<InterpreterRecord>(&structure)) {
    tables.interpreters.push_back(*interpreter);
  } else if (const auto* thread = std::get_if<ThreadRecord>(&structure)) {
    tables.threads.push_back(*thread);
  } else if (const auto* frame = std::get_if<FrameRecord>(&structure)) {
    tables.frames.push_back(*frame);
  }
}

void put(SnapshotTables& tables, TypeRecord&& type) { tables.types.push_back(std::move(type)); }
void put(SnapshotTables& tables, KeysRecord&& keys) { tables.keys.push_back(std::move(keys)); }
void put(SnapshotTables& tables, RootRecord&& root) { tables.roots.push_back(std::move(root)); }
void put(SnapshotTables& tables, FaultRecord&& fault) {
  tables.faults.push_back(std::move(fault));
}
void put(SnapshotTables& tables, DistributionRecord&& distribution) {
  tables.distributions.push_back(std::move(distribution));
}
void put(SnapshotTables& tables, SiteRecord&& site) { tables.sites.push_back(std::move(site)); }

// Hands the records of one payload to `take`, until one is damaged.
template <class Record, class Take>
Result<void> each_record(ByteReader in, Take take) {
  while (!in.at_end()) {
    Record record;
    read_record(in, record);
    if (!in.ok()) return in.damaged(RecordChunk<Record>::kName);
    take(std::move(record));
  }
  return {};
}

template <class Record>
Result<void> read_table(ByteReader in, SnapshotTables& tables) {
  return each_record<Record>(in, [&tables](Record&& record) { put(tables, std::move(record)); });
}

Result<void> read_table(ChunkKind kind, ByteReader in, SnapshotTables& tables) {
  switch (kind) {
    case ChunkKind::kFacts:
    case ChunkKind::kEnd:
      return read_table<Fact>(in, tables);
    case ChunkKind::kTypes:
      return read_table<TypeRecord>(in, tables);
    case ChunkKind::kKeys:
      return read_table<KeysRecord>(in, tables);
    case ChunkKind::kStructures:
      return read_table<StructureRecord>(in, tables);
    case ChunkKind::kRoots:
      return read_table<RootRecord>(in, tables);
    case ChunkKind::kFaults:
      return read_table<FaultRecord>(in, tables);
    case ChunkKind::kMemory:
      return read_table<MemoryRecord>(in, tables);
    case ChunkKind::kDistributions:
      return read_table<DistributionRecord>(in, tables);
    case ChunkKind::kSites:
      return read_table<SiteRecord>(in, tables);
    default:
      return {};
  }
}

// Decodes nodes chunks on several threads, each taking the next one that is left.
class NodesPass {
 public:
  NodesPass(const std::vector<ChunkPlace>& chunks, const std::vector<std::size_t>& places,
            const SnapshotReader::NodesVisitor& visitor, bool partial)
      : chunks_(chunks), places_(places), visitor_(visitor), partial_(partial) {}

  // Returns what went wrong, in the order of the file.
  std::vector<Error> run(unsigned threads) {
    on_threads(threads, [this] { work(); });
    std::ranges::sort(errors_, {}, &Error::offset);
    return std::move(errors_);
  }

 private:
  void work() {
    NodeDecoder decoder;
    NodeChunk nodes;
    PaddedBytes payload;
    Decompressor decompressor;
    for (;;) {
      const std::size_t index = next_++;
      if (index >= places_.size() || stopped_) return;
      const ChunkPlace& place = chunks_[places_[index]];
      Result<void> done =
          decompressor.decompress(place.header, place.stored, place.offset, payload);
      if (done) done = decoder.decode(payload, place.offset, nodes);
      if (done) {
        visitor_(index, nodes);
      } else {
        fail(std::move(done.error()));
      }
    }
  }

  void fail(Error error) {
    const std::lock_guard lock(mutex_);
    errors_.push_back(std::move(error));
    stopped_ = !partial_;
  }

  const std::vector<ChunkPlace>& chunks_;
  const std::vector<std::size_t>& places_;
  const SnapshotReader::NodesVisitor& visitor_;
  const bool partial_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::vector<Error> errors_;
};

}  // namespace

std::optional<std::uint64_t> SnapshotTables::number(std::string_view key) const {
  const auto fact = std::ranges::find(facts, key, &Fact::key);
  if (fact == facts.end()) return std::nullopt;
  const auto* value = std::get_if<std::uint64_t>(&fact->value);
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<std::string_view> SnapshotTables::text(std::string_view key) const {
  const auto fact = std::ranges::find(facts, key, &Fact::key);
  if (fact == facts.end()) return std::nullopt;
  const auto* value = std::get_if<std::string>(&fact->value);
  return value ? std::optional<std::string_view>(*value) : std::nullopt;
}

Result<SnapshotReader> SnapshotReader::open(const std::string& path, const ReadOptions& options) {
  Result<SnapshotBytes> file = SnapshotBytes::read(path);
  if (!file) return tl::unexpected(file.error());
  return open(std::move(*file), options);
}

Result<SnapshotReader> SnapshotReader::open(SnapshotBytes file, const ReadOptions& options) {
  Result<ChunkIndex> index = index_chunks(file.bytes());
  if (!index) return tl::unexpected(index.error());
  if (index->chunks.empty()) {
    return failure(ErrorCode::kUnreadable, "the snapshot has no whole chunk", kFileHeaderSize);
  }
  if (!options.partial && !index->problems.empty()) {
    return tl::unexpected(index->problems.front());
  }
  SnapshotReader reader(std::move(file), std::move(*index), options);
  if (Result<void> done = reader.read_tables(); !done) return tl::unexpected(done.error());
  return reader;
}

SnapshotReader::SnapshotReader(SnapshotBytes file, ChunkIndex index, const ReadOptions& options)
    : file_(std::move(file)), index_(std::move(index)), options_(options) {
  for (std::size_t i = 0; i < index_.chunks.size(); ++i) {
    if (is_of(index_.chunks[i], ChunkKind::kNodes)) nodes_chunks_.push_back(i);
  }
}

bool SnapshotReader::is_complete() const {
  return !index_.cut_off && index_.problems.empty() && tables_.number("complete") == 1;
}

std::uint64_t SnapshotReader::fingerprint() const {
  constexpr std::uint64_t kKey[2] = {0x68656170736E6170, 0x696E646578};  // no secret
  SipHash13 hash(kKey);
  hash.add(file_.bytes().data(), file_.bytes().size());
  return hash.result();
}

Result<void> SnapshotReader::report(Error problem) {
  if (!options_.partial) return tl::unexpected(std::move(problem));
  const auto known = std::ranges::find(index_.problems, problem.offset, &Error::offset);
  if (known == index_.problems.end()) index_.problems.push_back(std::move(problem));
  return {};
}

Result<void> SnapshotReader::read_tables() {
  Decompressor decompressor;
  PaddedBytes payload;
  for (const ChunkPlace& place : index_.chunks) {
    if (!is_table(place)) continue;
    Result<void> done = decompressor.decompress(place.header, place.stored, place.offset, payload);
    if (done) {
      const auto kind = static_cast<ChunkKind>(place.header.kind);
      done = read_table(kind, ByteReader(payload.bytes(), place.offset), tables_);
    }
    if (!done) done = report(std::move(done.error()));
    if (!done) return done;
  }
  return {};
}

Result<void> SnapshotReader::for_each_nodes_chunk(const NodesVisitor& visitor) {
  const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
  const unsigned wanted = options_.threads ? options_.threads : processors;
  const auto threads = static_cast<unsigned>(
      std::min<std::size_t>(wanted, std::max<std::size_t>(1, nodes_chunks_.size())));
  NodesPass pass(index_.chunks, nodes_chunks_, visitor, options_.partial);
  for (Error& error : pass.run(threads)) {
    if (Result<void> done = report(std::move(error)); !done) return done;
  }
  return {};
}

template <class Record, class Visitor>
Result<void> SnapshotReader::for_each_record(const Visitor& visitor) {
  Decompressor decompressor;
  PaddedBytes payload;
  for (const ChunkPlace& place : index_.chunks) {
    if (!is_of(place, RecordChunk<Record>::kKind)) continue;
    Result<void> done = decompressor.decompress(place.header, place.stored, place.offset, payload);
    if (done) done = each_record<Record>(ByteReader(payload.bytes(), place.offset), visitor);
    if (!done) done = report(std::move(done.error()));
    if (!done) return done;
  }
  return {};
}

Result<void> SnapshotReader::for_each_text(const TextVisitor& visitor) {
  return for_each_record<TextRecord>(visitor);
}

Result<void> SnapshotReader::for_each_allocation(const AllocationVisitor& visitor) {
  return for_each_record<AllocationRecord>(visitor);
}

}  // namespace heapsnap
