#include "libsnapshot/snapshot_reader.h"

#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/node_copy.h"
#include "tests/support/random_nodes.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

// All nodes in the order of the file.
std::vector<NodeCopy> nodes_of(SnapshotReader& snapshot) {
  std::mutex mutex;
  std::vector<std::vector<NodeCopy>> chunks(snapshot.nodes_chunk_count());
  const Result<void> done = snapshot.for_each_nodes_chunk(
      [&](std::size_t index, const NodeChunk& chunk) {
        const std::lock_guard lock(mutex);
        REQUIRE(chunks[index].empty());
        for (const NodeEntry& node : chunk.nodes()) {
          chunks[index].push_back(copy_of(chunk.record(node)));
        }
      });
  REQUIRE(done.has_value());
  std::vector<NodeCopy> all;
  for (const auto& chunk : chunks) all.insert(all.end(), chunk.begin(), chunk.end());
  return all;
}

TEST_CASE("a snapshot holds what was added, stored or compressed") {
  for (const int level : {0, 1, 3}) {
    SnapshotBuilder builder(level);
    builder.fact("host", "here");
    builder.fact("pid", 7);
    const std::uint32_t list = builder.type("list", TypeLayout::kList, {{2, 0, ".x"}});
    const Address first = builder.node({.type = list, .size = 56});
    builder.node({.type = list, .size = 64, .edges = {{Part::kItems, {first, 0}}}});
    builder.root(RootKind::kThread, first, "locals");
    builder.out().add(KeysRecord{.id = 1, .names = {first}});
    builder.out().add(StructureRecord(ThreadRecord{.address = 0x10, .native_id = 5}));
    builder.out().add(StructureRecord(InterpreterRecord{.address = 0x20}));
    builder.out().add(StructureRecord(FrameRecord{.address = 0x30, .line = 3}));
    builder.out().add(FaultRecord{.address = first, .detail = "why"});
    builder.out().add(DistributionRecord{.name = "it"});
    builder.out().add(SiteRecord{.id = 2, .line = 7, .file = "app.py"});
    builder.out().add(AllocationRecord{.address = first, .site = 2});
    builder.out().add(TextRecord{first, {.layout = TypeLayout::kStr, .length = 3}});

    SnapshotReader snapshot = builder.open();
    const SnapshotTables& tables = snapshot.tables();
    CHECK(tables.text("host") == "here");
    CHECK(tables.number("pid") == 7);
    CHECK(tables.number("host") == std::nullopt);
    CHECK(tables.number("nothing") == std::nullopt);
    CHECK(tables.number("objects") == 2);
    CHECK(tables.number("edges") == 1);
    CHECK(tables.number("types") == 4);
    CHECK(tables.number("faults") == 1);
    CHECK(snapshot.is_complete());
    CHECK_FALSE(snapshot.is_cut_off());
    REQUIRE(tables.types.size() == 4);
    CHECK(tables.types[3].qualname == "list");
    CHECK(tables.types[3].fields[0].label == ".x");
    CHECK(tables.keys.at(0).names == std::vector{first});
    CHECK(tables.threads.at(0).native_id == 5);
    CHECK(tables.interpreters.at(0).address == 0x20);
    CHECK(tables.frames.at(0).line == 3);
    CHECK(tables.roots.at(0).label == "locals");
    CHECK(tables.faults.at(0).detail == "why");
    CHECK(tables.distributions.at(0).name == "it");
    CHECK(nodes_of(snapshot).size() == 2);
    std::vector<Address> texts;
    const auto keep = [&texts](const TextRecord& text) { texts.push_back(text.address); };
    REQUIRE(snapshot.for_each_text(keep).has_value());
    CHECK(texts == std::vector{first});
    CHECK(tables.sites.at(0).file == "app.py");
    std::vector<Address> allocated;
    const auto note = [&allocated](const AllocationRecord& record) {
      allocated.push_back(record.address);
    };
    REQUIRE(snapshot.for_each_allocation(note).has_value());
    CHECK(allocated == std::vector{first});
  }
}

TEST_CASE("nodes come in their order, whatever the number of threads") {
  const std::vector<NodeCopy> nodes = random_nodes(5, 60000);
  SnapshotBuilder builder(1);
  for (const NodeCopy& node : nodes) add(builder.out(), node);
  const std::vector<std::uint8_t> bytes = builder.bytes();
  for (const unsigned threads : {1u, 2u, 5u}) {
    SnapshotReader snapshot = open_bytes(bytes, {.threads = threads});
    REQUIRE(snapshot.nodes_chunk_count() > 2);
    CHECK(nodes_of(snapshot) == nodes);
  }
}

TEST_CASE("a node with many edges is read as a record and its continuations") {
  SnapshotBuilder builder;
  NodeCopy node{.type = 5, .size = 64};
  node.edges[Part::kItems].assign(3 * kMaxRecordEdges + 1, 0x1000);
  builder.node(node);
  SnapshotReader snapshot = builder.open();
  CHECK(snapshot.tables().number("objects") == 1);
  CHECK(snapshot.tables().number("edges") == 3 * kMaxRecordEdges + 1);
  CHECK(nodes_of(snapshot).size() == 4);
}

TEST_CASE("a later fact replaces an earlier one, and memory is put together") {
  SnapshotBuilder builder;
  builder.fact("host", "first");
  builder.fact("host", "second");
  const std::string maps(200000, 'm');
  builder.out().add(MemoryRecord{.name = "maps", .text = maps});
  builder.out().add(MemoryRecord{.name = "statm", .text = "1"});
  builder.out().add(MemoryRecord{.name = "maps", .text = "end"});
  SnapshotReader snapshot = builder.open();
  CHECK(snapshot.tables().text("host") == "second");
  REQUIRE(snapshot.tables().memory.size() == 2);
  CHECK(snapshot.tables().memory[0].text == maps + "end");
}

TEST_CASE("many small records become several chunks") {
  SnapshotBuilder builder;
  constexpr std::size_t kCount = 60000;
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::vector<Address> names(30, i * 8);
    builder.out().add(KeysRecord{.id = 1, .address = i * 16, .names = names});
  }
  SnapshotReader snapshot = builder.open();
  REQUIRE(snapshot.tables().keys.size() == kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    REQUIRE(snapshot.tables().keys[i].address == i * 16);
    REQUIRE(snapshot.tables().keys[i].names[29] == i * 8);
  }
}

TEST_CASE("a record that fits into no chunk is an error, not a damaged file") {
  MemorySink sink;
  SnapshotWriter out(sink, 0);
  out.add(RootRecord{.kind = RootKind::kThread, .label = std::string(kMaxChunk, 'x')});
  CHECK_FALSE(out.ok());
  CHECK(out.finish().error().message == "a root record does not fit into a chunk of 1 MiB");
}

TEST_CASE("a walk that gave up makes a snapshot that is whole but not complete") {
  SnapshotBuilder builder;
  SnapshotReader snapshot = open_bytes(builder.bytes("out of memory"));
  CHECK_FALSE(snapshot.is_cut_off());
  CHECK_FALSE(snapshot.is_complete());
  CHECK(snapshot.tables().text("incomplete_reason") == "out of memory");
}

}  // namespace
}  // namespace heapsnap
