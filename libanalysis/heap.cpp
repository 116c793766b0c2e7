#include "libanalysis/heap.h"

#include <mutex>
#include <utility>

namespace heapsnap {

struct Heap::State {
  State(Graph g, unsigned t) : graph(std::move(g)), threads(t) {}

  const Graph graph;
  const unsigned threads;
  std::once_flag once_dominators, once_depths, once_reachable;
  Dominators dominators = {};
  Depths depths = {};
  NodeSet reachable = NodeSet();
};

Heap::Heap(Graph graph, unsigned threads)
    : state_(std::make_unique<State>(std::move(graph), threads)) {}
Heap::Heap(Graph graph, Dominators dominators, unsigned threads) : Heap(std::move(graph), threads) {
  std::call_once(state_->once_dominators, [&] { state_->dominators = std::move(dominators); });
}
Heap::Heap(Heap&&) noexcept = default;
Heap& Heap::operator=(Heap&&) noexcept = default;
Heap::~Heap() = default;

const Graph& Heap::graph() const { return state_->graph; }
unsigned Heap::threads() const { return state_->threads; }

const Dominators& Heap::dominators() const {
  std::call_once(state_->once_dominators, [this] {
    state_->dominators = heapsnap::dominators(state_->graph, state_->threads);
  });
  return state_->dominators;
}

const Depths& Heap::depths() const {
  std::call_once(state_->once_depths, [this] { state_->depths = heapsnap::depths(state_->graph); });
  return state_->depths;
}

const NodeSet& Heap::reachable() const {
  std::call_once(state_->once_reachable, [this] {
    const Depths& from_roots = depths();
    NodeSet result(state_->graph.node_count());
    for (NodeId id = 0; id < result.universe(); ++id) {
      if (from_roots.kind[id] != RootKind::kUnreachable) result.insert(id);
    }
    state_->reachable = std::move(result);
  });
  return state_->reachable;
}

}  // namespace heapsnap
