// dominators_bench NODES...: what dominators cost on graphs that are hard for them, at each size,
// beside Boost's, on one thread. Prints one JSON object: by family, a list of
// {nodes, seconds, boost, differences}, without the last two where Boost was not there to build
// with.
#include <cstdlib>

#include <fmt/format.h>

#include "libanalysis/dominators.h"
#include "libanalysis/graph_builder.h"
#include "libsnapshot/snapshot_reader.h"
#include "libsnapshot/snapshot_writer.h"
#include "tests/bench/peer_dominators.h"
#include "tests/bench/timing.h"
#include "tests/support/dominator_families.h"

namespace heapsnap {
namespace {

constexpr std::uint32_t kListType = kFirstType;

Address address_of(std::size_t node) { return 0x7F5500000000 + 64 * node; }

void add_node(SnapshotWriter& out, std::size_t node, const std::vector<std::uint32_t>& targets) {
  std::vector<Address> edges;
  for (const std::uint32_t target : targets) edges.push_back(address_of(target));
  NodeRecord record;
  record.address = address_of(node);
  record.size = 56;
  record.refcount = 1;
  record.type = kListType;
  if (!edges.empty()) record.parts = bit(Part::kItems);
  record.counts[static_cast<std::size_t>(Part::kItems)] = static_cast<std::uint32_t>(edges.size());
  record.edges = edges.data();
  out.add(record);
}

Result<Graph> graph_of(const EdgeList& list) {
  MemorySink sink;
  SnapshotWriter out(sink, 0);
  out.add(Fact{"method", std::string("agent")});
  for (std::uint32_t id = 1; id < kListType; ++id) {
    out.add(TypeRecord{.id = id, .layout = TypeLayout::kStructure, .qualname = "<structure>"});
  }
  out.add(TypeRecord{.id = kListType, .layout = TypeLayout::kList, .qualname = "list"});
  for (std::size_t i = 0; i < list.targets.size(); ++i) add_node(out, i, list.targets[i]);
  out.add(RootRecord{RootKind::kInterpreter, address_of(0), "modules"});
  if (auto done = out.finish(); !done) return tl::unexpected(done.error());
  Result<SnapshotBytes> bytes = SnapshotBytes::copy(sink.bytes());
  if (!bytes) return tl::unexpected(bytes.error());
  Result<SnapshotReader> snapshot = SnapshotReader::open(std::move(*bytes));
  if (!snapshot) return tl::unexpected(snapshot.error());
  return build_graph(*snapshot);
}

bool print_costs(const DominatorFamily& family, std::size_t nodes) {
  const Result<Graph> graph = graph_of(family.make(nodes));
  if (!graph) {
    fmt::print(stderr, "{}: {}\n", family.name, graph.error().message);
    return false;
  }
  std::size_t sink = 0;
  const double spent = smallest([&] { sink += dominators(*graph, 1).preorder.size(); });
  fmt::print("{{\"nodes\": {}, \"seconds\": {:.6g}", graph->node_count(), spent);
  if (const std::optional<PeerTimes> peer = time_peer(*graph)) {
    fmt::print(", \"boost\": {:.6g}, \"differences\": {}", peer->seconds, peer->differences);
  }
  fmt::print("}}");
  return sink != 0;
}

bool run(int count, char** sizes) {
  const char* separator = "{";
  for (const DominatorFamily& family : dominator_families()) {
    fmt::print("{}\"{}\": [", separator, family.name);
    separator = ",\n ";
    for (int i = 0; i < count; ++i) {
      if (i != 0) fmt::print(", ");
      if (!print_costs(family, std::strtoull(sizes[i], nullptr, 10))) return false;
    }
    fmt::print("]");
  }
  fmt::print("}}\n");
  return true;
}

}  // namespace
}  // namespace heapsnap

int main(int argc, char** argv) {
  if (argc > 1) return heapsnap::run(argc - 1, argv + 1) ? 0 : 1;
  fmt::print(stderr, "usage: dominators_bench NODES...\n");
  return 2;
}
