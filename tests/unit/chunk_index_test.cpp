// What damage to a file does to what is read of it.
#include "libsnapshot/chunk_index.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/random_nodes.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

// A small snapshot with a chunk of every kind of record.
Bytes small_snapshot(int level = 0) {
  SnapshotBuilder builder(level);
  const std::uint32_t list = builder.type("list", TypeLayout::kList, {{2, 0, ".x"}});
  const Address first = builder.node({.type = list, .size = 56, .value = text_value("some")});
  builder.node({.type = list, .size = 64, .edges = {{Part::kItems, {first, 0}}}});
  builder.root(RootKind::kThread, first, "locals");
  builder.out().add(KeysRecord{.id = 1, .names = {first}});
  builder.out().add(StructureRecord(ThreadRecord{.address = 0x10, .native_id = 5}));
  builder.out().add(FaultRecord{.address = first, .detail = "why"});
  builder.out().add(MemoryRecord{.name = "statm", .text = "1 2 3"});
  builder.out().add(DistributionRecord{.name = "it"});
  builder.out().add(TextRecord{first, {.layout = TypeLayout::kStr, .length = 3}});
  return builder.bytes();
}

Result<SnapshotReader> open(const Bytes& bytes, bool partial = false) {
  return SnapshotReader::open(SnapshotBytes::copy(bytes).value(), {.partial = partial, .threads = 1});
}

// Reads all there is.
Result<void> read_all(SnapshotReader& snapshot) {
  Result<void> done = snapshot.for_each_nodes_chunk([](std::size_t, const NodeChunk& chunk) {
    for (const NodeEntry& node : chunk.nodes()) copy_of(chunk.record(node));
  });
  if (done) done = snapshot.for_each_text([](const TextRecord&) {});
  return done;
}

Bytes chunk(std::uint8_t kind, const Bytes& payload) {
  Bytes bytes(kChunkHeaderSize);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  seal_chunk(bytes.data(), static_cast<ChunkKind>(kind),
             static_cast<std::uint32_t>(payload.size()), Crc32c());
  return bytes;
}

Bytes with_chunk(Bytes bytes, std::size_t at, const Bytes& inserted) {
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), inserted.begin(), inserted.end());
  return bytes;
}

std::vector<std::size_t> chunk_ends(const Bytes& bytes) {
  std::vector<std::size_t> ends = {kFileHeaderSize};
  const Result<ChunkIndex> index = index_chunks(bytes);
  for (const ChunkPlace& place : index->chunks) {
    ends.push_back(place.offset + kChunkHeaderSize + place.stored.size());
  }
  return ends;
}

TEST_CASE("a file cut off anywhere is used up to its last whole chunk") {
  const Bytes whole = small_snapshot();
  const std::vector<std::size_t> ends = chunk_ends(whole);
  REQUIRE(ends.size() == 12);  // the header, and a chunk of each kind
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes piece(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    Result<SnapshotReader> snapshot = open(piece);
    const auto chunks = static_cast<std::size_t>(
        std::ranges::upper_bound(ends, size) - ends.begin());
    REQUIRE(snapshot.has_value() == (chunks > 1));
    if (!snapshot) {
      REQUIRE(snapshot.error().code == ErrorCode::kUnreadable);
      continue;
    }
    REQUIRE(snapshot->chunks().size() == chunks - 1);
    REQUIRE(snapshot->is_cut_off());
    REQUIRE_FALSE(snapshot->is_complete());
    REQUIRE(snapshot->problems().empty());
    REQUIRE(read_all(*snapshot).has_value());
  }
}

// Whether it is seen that the file is not what was written.
bool is_noticed(const Bytes& bytes) {
  Result<SnapshotReader> snapshot = open(bytes);
  return !snapshot || snapshot->is_cut_off() || !read_all(*snapshot);
}

TEST_CASE("a bit that flips anywhere is noticed, and costs at most its chunk") {
  for (const int level : {0, 1}) {
    const Bytes whole = small_snapshot(level);
    const std::size_t chunks = index_chunks(whole)->chunks.size();
    for (std::size_t i = 0; i < whole.size(); ++i) {
      for (int bit = 0; bit < 8; bit += level == 0 ? 1 : 7) {
        Bytes damaged = whole;
        damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ 1 << bit);
        const bool is_minor_version = i == 10 || i == 11;
        REQUIRE(is_noticed(damaged) == !is_minor_version);
        if (i < kFileHeaderSize) continue;
        Result<SnapshotReader> partial = open(damaged, true);
        REQUIRE(partial.has_value());
        REQUIRE(partial->chunks().size() == chunks - 1);
        REQUIRE(read_all(*partial).has_value());
      }
    }
  }
}

TEST_CASE("corrupt is not cut off") {
  Bytes damaged = small_snapshot();
  const std::vector<std::size_t> ends = chunk_ends(damaged);
  damaged[ends[3] + kChunkHeaderSize] ^= 1;
  const Result<SnapshotReader> refused = open(damaged);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kUnreadable);
  CHECK(refused.error().offset == ends[3]);
  CHECK(refused.error().message == "damaged chunk: its checksum or its header is wrong");
  const Result<SnapshotReader> partial = open(damaged, true);
  REQUIRE(partial.has_value());
  CHECK_FALSE(partial->is_cut_off());
  CHECK_FALSE(partial->is_complete());
  REQUIRE(partial->problems().size() == 1);
  CHECK(partial->problems()[0].offset == ends[3]);
}

TEST_CASE("a damaged length that runs past the end is corrupt if whole chunks follow") {
  Bytes damaged = small_snapshot();
  const std::vector<std::size_t> ends = chunk_ends(damaged);
  damaged[ends[2] + 2] ^= 0x08;  // stored_length + 512 KiB
  damaged[ends[2] + 6] ^= 0x08;  // raw_length
  CHECK_FALSE(open(damaged));
  const Result<SnapshotReader> partial = open(damaged, true);
  REQUIRE(partial.has_value());
  CHECK(partial->chunks().size() == ends.size() - 2);
  CHECK(partial->problems().size() == 1);
}

TEST_CASE("garbage in the middle costs nothing else") {
  const Bytes whole = small_snapshot();
  const std::vector<std::size_t> ends = chunk_ends(whole);
  const Bytes damaged = with_chunk(whole, ends[4], Bytes(100, 0xAB));
  CHECK_FALSE(open(damaged));
  CHECK(open(damaged, true)->chunks().size() == ends.size() - 1);
}

TEST_CASE("chunk kinds of later versions are skipped") {
  const Bytes whole = small_snapshot();
  const Bytes extended = with_chunk(whole, chunk_ends(whole)[2], chunk(200, {1, 2, 3}));
  Result<SnapshotReader> snapshot = open(extended);
  REQUIRE(snapshot.has_value());
  CHECK(snapshot->is_complete());
  CHECK(read_all(*snapshot).has_value());
}

TEST_CASE("another major version is refused, a later minor one is not") {
  Bytes bytes = small_snapshot();
  bytes[10] = 7;
  CHECK(open(bytes)->minor_version() == 7);
  bytes[8] = kMajorVersion + 1;
  const Result<SnapshotReader> snapshot = open(bytes, true);
  REQUIRE_FALSE(snapshot);
  CHECK(snapshot.error().code == ErrorCode::kUnreadable);
  CHECK(snapshot.error().message.find("format version 2, where this heapsnap reads 1;") == 0);
}

TEST_CASE("other files are refused in words") {
  CHECK(open({}).error().message == "expected a snapshot, found an empty file");
  const std::string zip = "PK\3\4 and so on, more than sixteen";
  CHECK(open(Bytes(zip.begin(), zip.end())).error().message ==
        "expected a snapshot, found some other file");
}

TEST_CASE("facts come first, and nothing after the end") {
  const Bytes whole = small_snapshot();
  const std::vector<std::size_t> ends = chunk_ends(whole);
  CHECK_FALSE(open(with_chunk(whole, whole.size(), chunk(7, {}))));
  CHECK_FALSE(open(with_chunk(whole, whole.size(), {1, 2, 3})));
  const Result<SnapshotReader> snapshot = open(with_chunk(whole, kFileHeaderSize, chunk(7, {})));
  REQUIRE_FALSE(snapshot);
  CHECK(snapshot.error().message == "expected a chunk of facts first");
}

TEST_CASE("a chunk with a right checksum and a wrong payload is a problem of its own") {
  const Bytes whole = small_snapshot();
  const std::size_t at = chunk_ends(whole)[2];
  const Bytes huge = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
  for (const std::uint8_t kind : {1, 2, 3, 6, 7, 8, 9, 11}) {
    const Bytes damaged = with_chunk(whole, at, chunk(kind, huge));
    INFO("kind " << int{kind});
    const Result<SnapshotReader> snapshot = open(damaged);
    REQUIRE_FALSE(snapshot);
    CHECK(snapshot.error().code == ErrorCode::kUnreadable);
    CHECK(open(damaged, true)->problems().size() == 1);
  }
  for (const std::uint8_t kind : {4, 5}) {
    const Bytes damaged = with_chunk(whole, at, chunk(kind, huge));
    Result<SnapshotReader> snapshot = open(damaged);
    CHECK_FALSE(read_all(*snapshot));
    Result<SnapshotReader> partial = open(damaged, true);
    CHECK(read_all(*partial).has_value());
    CHECK(read_all(*partial).has_value());
    CHECK(partial->problems().size() == 1);  // found twice, counted once
  }
}

TEST_CASE("a compressed chunk of another length than it says is a problem") {
  const Bytes whole = small_snapshot();
  const std::size_t at = chunk_ends(whole)[2];
  Compressor compressor(1);
  const Bytes raw(1000, 7);
  Bytes bytes(kChunkHeaderSize + raw.size());
  ChunkHeader header =
      compressor.compress(ChunkKind::kRoots, raw, bytes.data() + kChunkHeaderSize);
  REQUIRE(header.codec == Codec::kZstd);
  bytes.resize(kChunkHeaderSize + header.stored_length);
  for (const std::uint32_t wrong : {999u, 1001u}) {
    header.raw_length = wrong;
    put_chunk_header(bytes.data(), header, Crc32c());
    CHECK_FALSE(open(with_chunk(whole, at, bytes)));
  }
}

TEST_CASE("a file made up of headers ends the search for a whole chunk") {
  Bytes bytes(std::size_t{3} << 20, 0);
  put_file_header(bytes.data());
  for (std::size_t i = kFileHeaderSize; i < bytes.size(); ++i) {
    constexpr std::uint8_t kHeader[4] = {0, 0, 1, 0};  // as lengths: 64 KiB wherever it is read
    bytes[i] = kHeader[i % 4];
  }
  const Result<SnapshotReader> snapshot = open(bytes, true);
  CHECK_FALSE(snapshot);
}

}  // namespace
}  // namespace heapsnap
