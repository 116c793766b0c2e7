// Heap is a graph and what is computed from it once, when it is first asked for: its dominator
// tree, what is reachable, how deep everything is.
//
//     const Heap heap(std::move(graph));
//     heap.dominators().retained[id]                // computed here
//     heap.reachable().contains(id)
//
// Any number of threads may ask; the first does the work, the others wait. What is returned
// lives as long as the Heap, and stays where it is when the Heap is moved.
#pragma once

#include <memory>

#include "libanalysis/depths.h"
#include "libanalysis/dominators.h"
#include "libanalysis/graph.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

class Heap {
 public:
  // 0 threads: as many as the machine has.
  explicit Heap(Graph graph, unsigned threads = 0);
  // Of a graph whose dominators are known.
  Heap(Graph graph, Dominators dominators, unsigned threads = 0);
  Heap(Heap&&) noexcept;
  Heap& operator=(Heap&&) noexcept;
  ~Heap();

  const Graph& graph() const;
  unsigned threads() const;

  const Dominators& dominators() const;
  const Depths& depths() const;
  // The nodes that roots other than the unreachable kind lead to.
  const NodeSet& reachable() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heapsnap
