#include "agent/walk/emitter.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/emitter_fixture.h"

namespace heapsnap {
namespace {

std::vector<Address> queued(Emitter& emitter) {
  std::vector<Address> result;
  while (emitter.queue.size() > 0) result.push_back(emitter.queue.pop());
  return result;
}

NodeRecord record_of(Part part, std::uint32_t count) {
  NodeRecord node;
  node.address = 0x10000;
  node.type = kFirstType;
  node.parts = bit(part);
  node.counts[static_cast<std::size_t>(part)] = count;
  return node;
}

TEST_CASE("an object is queued once, however often it is referred to") {
  EmitterFixture f;
  CHECK(f.emitter.enqueue(0x20000));
  CHECK_FALSE(f.emitter.enqueue(0x20000));
  NodeRecord node = record_of(Part::kItems, 3);
  Address edges[] = {0x20000, 0x30000, 0x30000};
  f.emitter.write(node, edges);
  CHECK(queued(f.emitter) == std::vector<Address>{0x20000, 0x30000});
  CHECK(f.emitter.totals.objects == 1);
  CHECK(f.emitter.totals.edges == 3);
}

TEST_CASE("what cannot be an object is written as no reference, with a fault") {
  EmitterFixture f;
  NodeRecord node = record_of(Part::kItems, 5);
  Address edges[] = {0, 0x20004, 8, Address{1} << 60, 0x20000};
  f.emitter.write(node, edges);
  CHECK(f.nodes().at(0).edges.at(Part::kItems) == std::vector<Address>{0, 0, 0, 0, 0x20000});
  CHECK(f.emitter.totals.faults == 3);
  CHECK(f.emitter.totals.edges == 1);
  CHECK(queued(f.emitter) == std::vector<Address>{0x20000});
}

TEST_CASE("what may be no reference brings nothing in") {
  EmitterFixture f;
  NodeRecord node = record_of(Part::kMaybe, 1);
  Address edges[] = {0x20000};
  f.emitter.write(node, edges);
  CHECK(queued(f.emitter).empty());
}

TEST_CASE("the code object of locals and the names of members are no references") {
  EmitterFixture f;
  NodeRecord locals = record_of(Part::kLocals, 2);
  Address variables[] = {0x20000, 0x30000, 0x40000};
  f.emitter.write(locals, variables);
  CHECK(queued(f.emitter) == std::vector<Address>{0x30000, 0x40000});
  NodeRecord members = record_of(Part::kMembers, 2);
  Address pairs[] = {0x50000, 0x60000, 0x70000, 0x80000};
  f.emitter.write(members, pairs);
  CHECK(queued(f.emitter) == std::vector<Address>{0x60000, 0x80000});
  CHECK(f.emitter.totals.edges == 4);
}

TEST_CASE("structures and continuations are no objects of the total") {
  EmitterFixture f;
  NodeRecord thread = record_of(Part::kItems, 0);
  thread.type = kThreadType;
  f.emitter.write(thread, nullptr);
  NodeRecord more = record_of(Part::kItems, 0);
  more.flags = kContinuation;
  f.emitter.write(more, nullptr);
  CHECK(f.emitter.totals.objects == 0);
  CHECK(f.nodes().size() == 2);
}

TEST_CASE("nodes that fill several chunks are all there") {
  EmitterFixture f;
  for (Address i = 0; i < 300'000; ++i) {
    NodeRecord node = record_of(Part::kItems, 1);
    node.address = 0x100000 + (i * 7919 % 300'000) * 16;
    Address edges[] = {0x900000 + i * 48};
    f.emitter.write(node, edges);
  }
  const std::vector<NodeCopy> nodes = f.nodes();
  REQUIRE(nodes.size() == 300'000);
  CHECK(f.file.chunks().size() > 1);
  for (Address i = 0; i < 300'000; ++i) {
    REQUIRE(nodes[i].address == 0x100000 + (i * 7919 % 300'000) * 16);
    REQUIRE(nodes[i].edges.at(Part::kItems) == std::vector<Address>{0x900000 + i * 48});
  }
}

TEST_CASE("an emitter whose output fails says so") {
  std::vector<std::uint8_t> memory(std::size_t{4} << 20);
  Arena arena(memory.data(), memory.size());
  Recovery recovery;
  ChunkOutput output(-1, recovery);
  Emitter emitter(arena, output);
  CHECK_FALSE(emitter.failed());
  emitter.root(RootKind::kThread, 0x1000, "x");
  emitter.flush();
  CHECK(emitter.failed());
}

}  // namespace
}  // namespace heapsnap
