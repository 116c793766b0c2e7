#include "libanalysis/construction.h"
#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

// Where the list of each node begins, one place to the right: filling the list moves it on to
// where the next one begins, which is where it then stands.
Array<std::uint32_t> first_places(const GraphArrays& graph, std::span<const std::uint32_t> counts) {
  Array<std::uint32_t> begin(std::size_t{graph.node_count} + 1);
  std::uint32_t place = 0;
  for (NodeId id = 0; id < graph.node_count; ++id) {
    begin[id + 1] = place;
    place += counts[id];
  }
  return begin;
}

// References become numbers of referrers: each root edge counts once.
void count_all_roots(Construction& c) {
  for (std::size_t i = 0; i < c.graph.roots.size(); ++i) {
    const RootEdge& root = c.graph.roots[i];
    const bool counted = i < c.recorded_roots && root.kind != RootKind::kStaticType;
    if (!counted) ++c.references[root.target];
  }
}

// The referrers of the targets in [low, high).
void fill(GraphArrays& graph, std::uint64_t low, std::uint64_t high) {
  const auto add = [&](NodeId source, NodeId target) {
    if (target - low < high - low) graph.referrers[graph.referrers_begin[target + 1]++] = source;
  };
  for (NodeId source = 0; source < graph.container_count; ++source) {
    const std::uint32_t end = graph.referents_begin[source + 1];
    for (std::uint32_t edge = graph.referents_begin[source]; edge != end; ++edge) {
      add(source, graph.referents[edge]);
    }
  }
  for (const NodeId target : graph.root_targets) add(graph.container_count, target);
}

}  // namespace

// A counting sort by target: addresses near each other refer to addresses near each other, so that
// it beats partitioned variants. Threads share the targets, and each passes over all edges.
void transpose(Construction& c) {
  GraphArrays& graph = c.graph;
  count_all_roots(c);
  graph.referrers_begin = first_places(graph, c.references);
  graph.referrers = Array<NodeId>(std::size_t{graph.referents_begin[graph.container_count]} +
                                      graph.root_targets.size(),
                                  Filled::kAnything);
  c.references = {};
  const unsigned shares = std::min(c.threads, 4u);
  parallel_for(shares, shares, [&](std::size_t share) {
    fill(graph, std::uint64_t{graph.node_count} * share / shares,
         std::uint64_t{graph.node_count} * (share + 1) / shares);
  });
}

}  // namespace heapsnap
