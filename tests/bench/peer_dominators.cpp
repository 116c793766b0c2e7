#include "tests/bench/peer_dominators.h"

#ifdef HEAPSNAP_BENCH_BOOST

#include <chrono>
#include <utility>
#include <vector>

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dominator_tree.hpp>

#include "libanalysis/dominators.h"

namespace heapsnap {

// Its dominators need both directions.
using BoostGraph = boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property,
                                                      boost::no_property, boost::no_property,
                                                      std::uint32_t, std::uint32_t>;

}  // namespace heapsnap

namespace boost {

// Asked for by the concept that its dominators require, and missing for its compact graph.
inline std::uint32_t degree(std::uint32_t vertex, const heapsnap::BoostGraph& graph) {
  return out_degree(vertex, graph) + in_degree(vertex, graph);
}

}  // namespace boost

namespace heapsnap {
namespace {

BoostGraph boost_graph(const Graph& graph) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  edges.reserve(graph.edge_count() + graph.roots().size());
  for (NodeId id = 0; id <= graph.root(); ++id) {
    for (const NodeId target : graph.referents(id)) edges.emplace_back(id, target);
  }
  return {boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(), graph.node_count()};
}

}  // namespace

std::optional<PeerTimes> time_peer(const Graph& graph) {
  const BoostGraph peer = boost_graph(graph);
  const std::uint32_t none = boost::graph_traits<BoostGraph>::null_vertex();
  std::vector<std::uint32_t> immediate(graph.node_count(), none);
  const auto start = std::chrono::steady_clock::now();
  boost::lengauer_tarjan_dominator_tree(
      peer, graph.root(),
      boost::make_iterator_property_map(immediate.begin(), boost::get(boost::vertex_index, peer)));
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  const Dominators tree = dominators(graph, 2);
  std::uint64_t differences = 0;
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    if (id != graph.root()) differences += immediate[id] != immediate_dominator(tree, id);
  }
  return PeerTimes{spent.count(), differences};
}

}  // namespace heapsnap

#else

namespace heapsnap {

std::optional<PeerTimes> time_peer(const Graph&) { return std::nullopt; }

}  // namespace heapsnap

#endif
