#include "tests/bench/graph_file.h"

#include <cstdio>
#include <memory>
#include <vector>

#include "libanalysis/dominators.h"

namespace heapsnap {
namespace {

std::vector<std::int64_t> numbers_of(const Graph& graph) {
  const Dominators tree = dominators(graph);
  const auto edges = graph.edge_count() + graph.roots().size();
  std::vector<std::int64_t> numbers = {graph.node_count(), graph.root(),
                                       static_cast<std::int64_t>(edges)};
  numbers.reserve(3 + graph.node_count() + 2 * edges);
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    const NodeId above = immediate_dominator(tree, id);
    numbers.push_back(above == kNoNode ? -1 : std::int64_t{above});
  }
  for (NodeId id = 0; id <= graph.root(); ++id) {
    for (const NodeId target : graph.referents(id)) {
      numbers.push_back(id);
      numbers.push_back(target);
    }
  }
  return numbers;
}

}  // namespace

bool write_graph_file(const Graph& graph, const char* path) {
  const std::vector<std::int64_t> numbers = numbers_of(graph);
  std::FILE* const file = std::fopen(path, "wb");
  if (file == nullptr) return false;
  const bool whole = std::fwrite(numbers.data(), sizeof numbers[0], numbers.size(), file) ==
                     numbers.size();
  return std::fclose(file) == 0 && whole;
}

}  // namespace heapsnap
