// What of an index (graph_index.h) is no column of fixed width: how much there is of everything,
// and the lists that are short in most heaps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libanalysis/graph_arrays.h"

namespace heapsnap {

struct IndexExtent {
  NodeId nodes = 0;
  NodeId containers = 0;
  std::uint32_t referents = 0;
  std::uint32_t referrers = 0;  // of root edges too
  std::uint32_t weak = 0;
};

IndexExtent extent_of(const GraphArrays& graph);

// What stays outside of the graph until its columns are there.
struct IndexTables {
  IndexExtent extent = {};
  std::vector<std::uint32_t> pool_sizes = {};
  std::vector<RootEdge> derived_roots = {};
};

// `recorded_roots` is how many the snapshot has.
std::vector<std::uint8_t> index_tables(const GraphArrays& graph, std::size_t recorded_roots);

// Fills in the lists of the graph; nothing if these are no such tables. Ids are not checked.
std::optional<IndexTables> read_index_tables(std::span<const std::uint8_t> bytes,
                                             GraphArrays& graph);

}  // namespace heapsnap
