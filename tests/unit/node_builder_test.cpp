#include "agent/walk/node_builder.h"

#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/emitter_fixture.h"

namespace heapsnap {
namespace {

constexpr Address kBase = 0x100000;

struct BuilderFixture : EmitterFixture {
  int relieved = 0;
  NodeBuilder node{emitter, [](void* self) { ++static_cast<BuilderFixture*>(self)->relieved; },
                   this};

  void begin() { node.begin(0x10000, kFirstType, 56, 3, kTypeEdge); }
};

TEST_CASE("a node has its words, then its weak ones, then its counted parts") {
  BuilderFixture f;
  f.begin();
  f.node.weak(40, 0x4000);
  f.node.word(16, 0x2000);
  f.node.word(24, 0);
  f.node.open(Part::kItems);
  f.node.add(0x3000);
  f.node.open_values(7);
  f.node.add(0);
  f.node.finish();
  const std::vector<NodeCopy> nodes = f.nodes();
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].address == 0x10000);
  CHECK(nodes[0].size == 56);
  CHECK(nodes[0].refcount == 3);
  CHECK(nodes[0].flags == kTypeEdge);
  CHECK(nodes[0].offsets == std::vector<std::uint16_t>{2, 3, 5});
  CHECK(nodes[0].edges.at(Part::kWords) == std::vector<Address>{0x2000, 0});
  CHECK(nodes[0].edges.at(Part::kWeak) == std::vector<Address>{0x4000});
  CHECK(nodes[0].edges.at(Part::kItems) == std::vector<Address>{0x3000});
  CHECK(nodes[0].keys == 7);
  CHECK(nodes[0].edges.at(Part::kValues) == std::vector<Address>{0});
  CHECK(f.relieved == 0);
}

TEST_CASE("a large node goes on in records that say where") {
  BuilderFixture f;
  constexpr std::size_t kCount = 2 * kMaxRecordEdges + 100;
  f.begin();
  f.node.word(16, 0x2000);
  f.node.open(Part::kItems);
  for (std::size_t i = 0; i < kCount; ++i) f.node.add(kBase + 16 * i);
  CHECK(f.node.count() == kCount);
  f.node.finish();
  const std::vector<NodeCopy> nodes = f.nodes();
  REQUIRE(nodes.size() == 3);
  CHECK(f.relieved == 2);
  CHECK(f.emitter.totals.objects == 1);
  std::vector<Address> items;
  for (const NodeCopy& node : nodes) {
    CHECK(node.address == 0x10000);
    CHECK(((node.flags & kContinuation) != 0) == !items.empty());
    CHECK(node.start == items.size());
    const std::vector<Address>& part = node.edges.at(Part::kItems);
    items.insert(items.end(), part.begin(), part.end());
  }
  REQUIRE(items.size() == kCount);
  for (std::size_t i = 0; i < kCount; ++i) REQUIRE(items[i] == kBase + 16 * i);
}

TEST_CASE("records of a map begin with a key") {
  BuilderFixture f;
  f.begin();
  f.node.word(16, 0x2000);  // an odd number of edges before the pairs
  f.node.open(Part::kMap);
  for (Address i = 0; i < kMaxRecordEdges; ++i) f.node.add_pair(kBase, kBase + 16 + 16 * i);
  f.node.finish();
  const std::vector<NodeCopy> nodes = f.nodes();
  REQUIRE(nodes.size() > 1);
  std::size_t edges = 0;
  for (const NodeCopy& node : nodes) {
    CHECK(node.start == edges);
    const std::vector<Address>& part = node.edges.at(Part::kMap);
    CHECK(part[0] == kBase);
    CHECK(part.size() % 2 == 0);
    edges += part.size();
  }
  CHECK(edges == 2 * kMaxRecordEdges);
}

TEST_CASE("a node that is abandoned leaves nothing behind") {
  BuilderFixture f;
  f.begin();
  f.node.word(16, 0x2000);
  f.node.open(Part::kItems);
  f.node.add(0x3000);
  f.node.abandon();
  f.node.mark_unread();
  f.node.finish();
  const std::vector<NodeCopy> nodes = f.nodes();
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].flags == (kTypeEdge | kUnread));
  CHECK(nodes[0].edges.empty());
  CHECK_FALSE(f.emitter.seen.contains(0x3000));
}

TEST_CASE("the next node starts afresh after a large one") {
  BuilderFixture f;
  f.begin();
  f.node.open(Part::kItems);
  for (std::size_t i = 0; i <= kMaxRecordEdges; ++i) f.node.add(0);
  f.node.finish();
  f.begin();
  f.node.finish();
  const std::vector<NodeCopy> nodes = f.nodes();
  REQUIRE(nodes.size() == 3);
  CHECK(nodes[2].flags == kTypeEdge);
  CHECK(nodes[2].edges.empty());
  CHECK(nodes[2].start == 0);
}

}  // namespace
}  // namespace heapsnap
