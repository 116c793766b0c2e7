#include "libsnapshot/node_pieces.h"

#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/node_copy.h"

namespace heapsnap {
namespace {

std::vector<NodeCopy> pieces_of(const NodeCopy& node) {
  std::vector<NodeCopy> copies;
  with_record(node, [&](const NodeRecord& record) {
    NodePieces pieces(record);
    while (const NodeRecord* piece = pieces.next()) copies.push_back(copy_of(*piece));
  });
  return copies;
}

std::vector<Address> addresses(std::size_t count, Address first) {
  std::vector<Address> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(first + 8 * i);
  return result;
}

std::size_t edge_count(const NodeCopy& node) {
  std::size_t count = 0;
  for (const auto& [part, edges] : node.edges) count += edges.size();
  return count;
}

TEST_CASE("a node with few edges is its only piece") {
  NodeCopy node{.address = 0x100, .type = 5, .size = 9, .flags = kTracked};
  node.edges[Part::kItems] = addresses(kMaxRecordEdges, 0x1000);
  node.value = text_value("x");
  CHECK(pieces_of(node) == std::vector{node});
  CHECK(pieces_of(NodeCopy{.address = 0x100, .type = 5}).size() == 1);
}

TEST_CASE("a long list goes on in continuations that say where they start") {
  NodeCopy node{.address = 0x100, .type = 5, .size = 9, .refcount = 3, .flags = kTracked};
  node.edges[Part::kItems] = addresses(2 * kMaxRecordEdges + 5, 0x1000);
  const std::vector<NodeCopy> pieces = pieces_of(node);
  REQUIRE(pieces.size() == 3);
  std::vector<Address> together;
  for (const NodeCopy& piece : pieces) {
    const std::vector<Address>& edges = piece.edges.at(Part::kItems);
    CHECK(piece.start == together.size());
    CHECK(piece.address == node.address);
    CHECK(piece.type == node.type);
    CHECK(piece.size == node.size);
    CHECK(piece.refcount == node.refcount);
    const bool is_first = together.empty();
    CHECK(piece.flags == (is_first ? kTracked : kTracked | kContinuation));
    together.insert(together.end(), edges.begin(), edges.end());
  }
  CHECK(together == node.edges[Part::kItems]);
}

TEST_CASE("pairs stay together, and what precedes a part's edges is repeated") {
  NodeCopy node{.address = 0x100, .type = 5, .keys = 4};
  node.offsets = {2};
  node.edges[Part::kWords] = {0x8};
  node.edges[Part::kMap] = addresses(2 * kMaxRecordEdges, 0x1000);
  node.edges[Part::kLocals] = addresses(1 + kMaxRecordEdges + 1, 0x90000);
  const std::vector<NodeCopy> pieces = pieces_of(node);
  std::map<Part, std::vector<Address>> together;
  for (const NodeCopy& piece : pieces) {
    CHECK(edge_count(piece) <= kMaxRecordEdges + 1);
    for (const auto& [part, edges] : piece.edges) {
      std::vector<Address>& before = together[part];
      std::size_t skip = 0;
      if (part == Part::kMap) CHECK(edges.size() % 2 == 0);
      if (part == Part::kLocals) {
        CHECK(edges.front() == 0x90000);
        skip = before.empty() ? 0 : 1;
      }
      const std::size_t start = before.size() - (part == Part::kLocals && skip ? 1 : 0);
      if (piece.flags & kContinuation) CHECK(piece.start == start);
      before.insert(before.end(), edges.begin() + static_cast<std::ptrdiff_t>(skip), edges.end());
    }
  }
  CHECK(together == node.edges);
}

}  // namespace
}  // namespace heapsnap
