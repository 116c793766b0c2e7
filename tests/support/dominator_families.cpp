#include "tests/support/dominator_families.h"

#include <random>

namespace heapsnap {
namespace {

EdgeList chain(std::size_t nodes) {
  EdgeList graph(nodes);
  for (std::size_t i = 0; i + 1 < nodes; ++i) graph.add(i, i + 1);
  return graph;
}

// Path compression has long paths, and no two alike.
EdgeList chain_with_back_edges(std::size_t nodes) {
  EdgeList graph = chain(nodes);
  std::mt19937_64 random(1);
  for (std::size_t i = 1; i < nodes; ++i) graph.add(i, 1 + random() % i);
  return graph;
}

EdgeList chain_with_forward_edges(std::size_t nodes) {
  EdgeList graph = chain(nodes);
  std::mt19937_64 random(2);
  for (std::size_t i = 0; i < nodes; ++i) graph.add(i, i + random() % (nodes - i));
  return graph;
}

// A list whose payload is also held by an index: each is dominated from far above its parent.
EdgeList indexed_list(std::size_t nodes) {
  const std::size_t length = (nodes - 2) / 2, payload = 2 + length;
  EdgeList graph(2 + 2 * length);
  graph.add(0, 1);  // the index
  graph.add(0, 2);
  for (std::size_t i = 0; i < length; ++i) {
    graph.add(1, payload + i);
    if (i + 1 < length) graph.add(2 + i, 2 + i + 1);
    graph.add(2 + i, payload + i);
    graph.add(payload + i, payload + i);  // no leaf
  }
  return graph;
}

// Half of the nodes hang below the end of a chain and are also held from its beginning: each walk
// from parent to dominator passes the chain.
EdgeList fan_below_a_chain(std::size_t nodes) {
  const std::size_t half = nodes / 2;
  EdgeList graph(nodes);
  for (std::size_t i = half; i < nodes; ++i) {
    graph.add(0, i);
    graph.add(i, i);  // no leaf
  }
  for (std::size_t i = 0; i + 1 < half; ++i) graph.add(i, i + 1);
  for (std::size_t i = half; i < nodes; ++i) graph.add(half - 1, i);
  return graph;
}

EdgeList chain_of_diamonds(std::size_t nodes) {
  EdgeList graph(nodes);
  for (std::size_t top = 0; top + 3 < nodes; top += 3) {
    graph.add(top, top + 1);
    graph.add(top, top + 2);
    graph.add(top + 1, top + 3);
    graph.add(top + 2, top + 3);
  }
  for (std::size_t i = (nodes - 1) / 3 * 3 + 1; i < nodes; ++i) graph.add(0, i);
  return graph;
}

// Two chains with rungs in both directions: loops with two entries all the way.
EdgeList ladder(std::size_t nodes) {
  EdgeList graph(nodes);
  graph.add(0, 1);
  graph.add(0, 2);
  for (std::size_t i = 1; i < nodes; ++i) {
    if (i + 2 < nodes) graph.add(i, i + 2);
    const std::size_t across = i % 2 == 1 ? i + 1 : i - 1;
    if (across < nodes) graph.add(i, across);
  }
  return graph;
}

// The innermost loop is in the middle; iterating over all nodes until nothing changes takes as
// many rounds as there are loops.
EdgeList nested_loops(std::size_t nodes) {
  EdgeList graph = chain(nodes);
  for (std::size_t i = 1; i < nodes / 2; ++i) graph.add(nodes - i, i);
  graph.add(0, nodes - 1);
  return graph;
}

// A list that is linked both ways and held at both ends.
EdgeList doubly_linked(std::size_t nodes) {
  EdgeList graph = chain(nodes);
  graph.add(0, nodes - 1);
  for (std::size_t i = 2; i < nodes; ++i) graph.add(i, i - 1);
  return graph;
}

// A binomial tree, which is hard for path compression without balance, with edges from every node
// back to somewhere on its way from the top.
EdgeList binomial_tree(std::size_t nodes) {
  EdgeList graph(nodes);
  std::mt19937_64 random(3);
  for (std::size_t i = 1; i < nodes; ++i) graph.add(i & (i - 1), i);
  for (std::size_t i = 1; i < nodes; ++i) {
    std::size_t up = i & (i - 1);
    while (up != 0 && random() % 2 != 0) up &= up - 1;
    graph.add(i, up == 0 ? i : up);
    graph.add(i & (i - 1), random() % 2 ? i : 1 + random() % i);
  }
  return graph;
}

constexpr DominatorFamily kFamilies[] = {
    {"chain", chain},
    {"chain with random back edges", chain_with_back_edges},
    {"chain with random forward edges", chain_with_forward_edges},
    {"list with an indexed payload", indexed_list},
    {"fan below a chain", fan_below_a_chain},
    {"chain of diamonds", chain_of_diamonds},
    {"ladder", ladder},
    {"nested loops", nested_loops},
    {"doubly linked list, held at both ends", doubly_linked},
    {"binomial tree with back edges", binomial_tree},
};

}  // namespace

std::span<const DominatorFamily> dominator_families() { return kFamilies; }

}  // namespace heapsnap
