// Heaps for tests of the analyses, written as text: who refers to whom.
//
//     const NamedHeap heap = heap_from(R"(
//       root -> top                 # a root edge, of kind thread
//       top  -> left right
//       left = app.Left 48          # its type and size, if they matter
//       loop -> loop
//       held = object 16 refs 3     # its reference count, if it is not the edges that lead to it
//     )");
//     heap.graph.size(heap["left"])
//
// Nodes are made in the order in which they are named, at rising addresses. Every reference is
// explained by an edge unless `refs` says otherwise; a node that nothing leads to has one that is
// not. Edges are those of a list. A node of the type <interpreter>, <thread> or <frame> is a
// structure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/heap.h"

namespace heapsnap {

// A heap that is to be made, by numbers: for random ones.
struct HeapPlan {
  struct Node {
    std::string name = {};
    std::string type = "object";
    std::uint64_t size = 16;
    std::optional<std::uint64_t> refs = {};
    std::vector<std::size_t> edges = {};
  };
  std::vector<Node> nodes;
  std::vector<std::size_t> roots;
};

struct NamedHeap {
  Heap heap;
  const Graph& graph;              // the heap's
  std::vector<std::string> names;  // by place in the plan
  std::vector<NodeId> ids;         // likewise

  NodeId operator[](std::string_view name) const;  // "root" is the virtual root
};

NamedHeap heap_of(const HeapPlan& plan);
std::vector<std::uint8_t> snapshot_of(const HeapPlan& plan);  // what that heap is built from
NamedHeap heap_from(std::string_view text);

// So many nodes and about so many edges, some of them loops, repeated, or from islands.
HeapPlan random_plan(std::uint64_t seed, std::size_t nodes, std::size_t edges);

}  // namespace heapsnap
