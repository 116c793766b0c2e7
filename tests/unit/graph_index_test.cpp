#include "libanalysis/graph_index.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <vector>

#include "libanalysis/graph_builder.h"
#include "libsnapshot/siphash.h"
#include "tests/support/heap_from.h"
#include "tests/support/indexed_heap.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

Result<Heap> read(SnapshotReader& snapshot, const Bytes& index, unsigned threads = 1) {
  const ScratchFolder folder;
  std::ofstream(folder / "index", std::ios::binary)
      .write(reinterpret_cast<const char*>(index.data()),
             static_cast<std::streamsize>(index.size()));
  return read_index(folder / "index", snapshot, threads);
}

Heap built(SnapshotReader& snapshot) {
  Result<Graph> graph = build_graph(snapshot, {.threads = 2});
  INFO((graph ? std::string() : graph.error().message));
  REQUIRE(graph.has_value());
  return Heap(*std::move(graph), 2);
}

void check_same(SnapshotReader& snapshot) {
  const Heap heap = built(snapshot);
  const Bytes index = index_of(heap, snapshot);
  const Result<Heap> again = read(snapshot, index, 2);
  INFO((again ? std::string() : again.error().message));
  REQUIRE(again.has_value());
  CHECK(everything_of(*again) == everything_of(heap));
  CHECK(index_of(*again, snapshot) == index);
}

TEST_CASE("a heap from its index is the heap from its snapshot") {
  SnapshotReader varied = open_bytes(varied_snapshot());
  check_same(varied);
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    INFO(seed);
    SnapshotReader snapshot =
        open_bytes(snapshot_of(random_plan(seed, 1 + seed % 60, seed % 173)));
    check_same(snapshot);
  }
}

TEST_CASE("a snapshot of nothing has an index") {
  SnapshotBuilder nothing;
  SnapshotReader snapshot = nothing.open();
  check_same(snapshot);
}

TEST_CASE("an index is of one snapshot, to the byte") {
  SnapshotReader snapshot = open_bytes(snapshot_of(random_plan(1, 20, 40)));
  SnapshotReader other = open_bytes(snapshot_of(random_plan(2, 20, 40)));
  const Result<Heap> heap = read(other, index_of(snapshot));
  REQUIRE_FALSE(heap.has_value());
  CHECK(heap.error().message == "it is of another snapshot");
}

TEST_CASE("a snapshot that is not whole has no index") {
  Bytes bytes = varied_snapshot();
  SnapshotReader whole = open_bytes(bytes);
  CHECK(can_be_indexed(built(whole).graph(), whole));
  bytes.pop_back();
  SnapshotReader cut = open_bytes(bytes);
  CHECK_FALSE(can_be_indexed(built(cut).graph(), cut));

  SnapshotBuilder contradicts;
  contradicts.node({.address = 0x1000, .type = 100});
  SnapshotReader partial = contradicts.open({.partial = true});
  Result<Graph> graph = build_graph(partial, {.threads = 1, .partial = true});
  REQUIRE(graph.has_value());
  CHECK_FALSE(can_be_indexed(*graph, partial));
}

TEST_CASE("an index with right checksums and any byte wrong is refused or can be asked anything") {
  SnapshotReader snapshot = open_bytes(varied_snapshot());
  const Bytes index = index_of(snapshot);
  std::size_t refused = 0, used = 0;
  for (std::size_t at = 0; at < index.size(); ++at) {
    for (const std::uint8_t change : {0x01, 0x80, 0xFF}) {
      Bytes forged = index;
      forged[at] ^= change;
      put_index_checksums_right(forged);
      const Result<Heap> heap = read(snapshot, forged);
      ++(heap ? used : refused);
      if (heap) everything_of(*heap);
    }
  }
  CHECK(refused > index.size());  // most of it is ids and their order
  CHECK(used > 0);                // but a size, for one, can be any
}

TEST_CASE("what an index holds has not changed, or its version has") {
  SnapshotReader snapshot = open_bytes(varied_snapshot());
  const Bytes index = index_of(snapshot);
  constexpr std::uint64_t kKey[2] = {};
  SipHash13 hash(kKey);
  constexpr std::size_t kHead = 384;  // which names the snapshot
  hash.add(index.data() + kHead, index.size() - kHead);
  // A change of the arrays, of their order, or of how they follow from a snapshot shows here. Then
  // raise kIndexVersion: an index of an older heapsnap would answer in its stead.
  CHECK(kIndexVersion == 1);
  CHECK(hash.result() == 0xC9D5B718C73DFDF2);
}

}  // namespace
}  // namespace heapsnap
