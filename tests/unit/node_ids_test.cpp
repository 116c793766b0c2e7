#include "apps/heapsnap/export/node_ids.h"

#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "libanalysis/graph_builder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

constexpr Address kWindow = Address{1} << 35;  // addresses that far apart meet

Graph graph_at(const std::vector<Address>& addresses) {
  SnapshotBuilder snapshot;
  const std::uint32_t type = snapshot.type("object");
  for (const Address address : addresses) {
    snapshot.node({.address = address, .type = type, .size = 16, .refcount = 1});
    snapshot.root(RootKind::kThread, address);
  }
  SnapshotReader reader = snapshot.open();
  Result<Graph> graph = build_graph(reader, {});
  REQUIRE(graph.has_value());
  return std::move(*graph);
}

TEST_CASE("a number follows from the address") {
  const Graph graph = graph_at({0x7f0000001000, 0x7f0000001010});
  const NodeIds ids(graph, 8);
  CHECK(ids[graph.find(0x7f0000001000)] == 0x100 * 2 + 1);
  CHECK(ids[graph.find(0x7f0000001010)] == 0x101 * 2 + 1);
}

TEST_CASE("where numbers meet, or are reserved, all are different and one keeps its own") {
  const Address one = 0x7f0000001000;
  const Graph graph = graph_at({one, one + kWindow, one + 2 * kWindow, 0x7f0000000010,
                                0x7f0000000080});
  const NodeIds ids(graph, 8);
  std::set<std::uint32_t> all;
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    if (id == graph.root()) continue;
    CHECK(ids[id] % 2 == 1);
    CHECK(ids[id] >= 16);
    all.insert(ids[id]);
  }
  CHECK(all.size() == 5);
  CHECK(ids[graph.find(one)] == 0x100 * 2 + 1);
  CHECK(ids[graph.find(0x7f0000000080)] == 8 * 2 + 1);
}

}  // namespace
}  // namespace heapsnap
