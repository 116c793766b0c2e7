#include "libanalysis/graph_builder.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "libanalysis/construction.h"
#include "libanalysis/parallel.h"
#include "libanalysis/progress.h"

namespace heapsnap {
namespace {

Result<void> take_nodes(Construction& c, SnapshotReader& snapshot, const Progress& progress) {
  c.batches.resize(snapshot.nodes_chunk_count());
  std::atomic<std::size_t> done = 0;
  auto result = snapshot.for_each_nodes_chunk([&](std::size_t index, const NodeChunk& chunk) {
    c.batches[index] = std::make_unique<NodeBatch>(chunk);
    progress.at("reading",
                0.5 * static_cast<double>(++done) / static_cast<double>(c.batches.size()));
  });
  if (!result) return result;
  std::erase(c.batches, nullptr);
  return snapshot.for_each_text([&](const TextRecord& text) { c.texts.push_back(text); });
}

}  // namespace

void take_stock(Construction& c) {
  GraphArrays& graph = c.graph;
  if (graph.damage.unknown_type == 0) graph.types.pop_back();
  std::vector<std::uint64_t> of_type(graph.types.size());
  for (NodeId id = 0; id < graph.node_count; ++id) {
    ++of_type[graph.type[id]];
    graph.damage.unread += (graph.flags[id] & kUnread) != 0;
    if (graph.types[graph.type[id]].layout != TypeLayout::kStructure) continue;
    if (id != graph.container_count) graph.structures.push_back(id);
  }
  for (TypeId type = 0; type < of_type.size(); ++type) {
    if (graph.types[type].sizing == Sizing::kOverridden)
      graph.damage.size_overridden += of_type[type];
    if (graph.types[type].sizing == Sizing::kEstimated)
      graph.damage.size_estimated += of_type[type];
  }
}

Result<Graph> build_graph(SnapshotReader& snapshot, const BuildOptions& options) {
  const Progress progress(options);
  Construction c;
  c.threads = thread_count(options.threads);
  c.lenient = options.partial || !snapshot.is_complete();
  take_tables(c, snapshot);
  if (auto done = take_nodes(c, snapshot, progress); !done) return tl::unexpected(done.error());

  if (auto done = number_types(c); !done) return tl::unexpected(done.error());
  if (auto done = sort_keys(c); !done) return tl::unexpected(done.error());
  if (auto done = place_nodes(c); !done) return tl::unexpected(done.error());
  if (auto done = plan_rows(c); !done) return tl::unexpected(done.error());
  progress.at("connecting", 0.7);
  connect(c);
  add_recorded_roots(c);
  settle(c);
  add_rare(c);
  if (auto done = add_sites(c, snapshot); !done) return tl::unexpected(done.error());
  c.batches.clear();
  progress.at("finding roots", 0.85);
  derive_roots(c);
  transpose(c);
  take_stock(c);
  Graph graph(std::move(c.graph));
  progress.at("done", 1);
  return graph;
}

}  // namespace heapsnap
