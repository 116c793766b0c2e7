#include "libanalysis/census.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "libanalysis/construction.h"
#include "libanalysis/parallel.h"
#include "libanalysis/progress.h"

namespace heapsnap {
namespace {

// Counts pairs of a type and a size, in an open hash table. Most chunks have some hundred pairs,
// and runs of equal ones.
class PairCounts {
 public:
  struct Pair {
    std::uint64_t size = 0;
    std::uint32_t type = 0;  // 0: a free slot
    std::uint64_t count = 0;
  };

  PairCounts() : slots_(1024) {}

  void add(std::uint32_t type, std::uint64_t size, std::uint64_t count = 1) {
    std::size_t at = hash(type, size) & (slots_.size() - 1);
    while (slots_[at].type != type || slots_[at].size != size) {
      if (slots_[at].type == 0) {
        if (++used_ > slots_.size() / 2) return grow(type, size, count);
        slots_[at].size = size;
        slots_[at].type = type;
        break;
      }
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at].count += count;
  }

  void add(const PairCounts& other) {
    for (const Pair& pair : other.slots_) {
      if (pair.type != 0) add(pair.type, pair.size, pair.count);
    }
  }

  // By type and size.
  std::vector<Pair> sorted() const {
    std::vector<Pair> pairs;
    for (const Pair& pair : slots_) {
      if (pair.type != 0) pairs.push_back(pair);
    }
    std::ranges::sort(pairs, {}, [](const Pair& pair) { return std::pair(pair.type, pair.size); });
    return pairs;
  }

 private:
  static std::size_t hash(std::uint32_t type, std::uint64_t size) {
    const std::uint64_t mixed = (size ^ std::uint64_t{type} << 32) * 0x9E3779B97F4A7C15;
    return mixed >> 32;
  }

  void grow(std::uint32_t type, std::uint64_t size, std::uint64_t count) {
    std::vector<Pair> old(2 * slots_.size());
    old.swap(slots_);
    used_ = 0;
    for (const Pair& pair : old) {
      if (pair.type != 0) add(pair.type, pair.size, pair.count);
    }
    add(type, size, count);
  }

  std::vector<Pair> slots_;  // a power of two of them
  std::size_t used_ = 0;
};

struct ChunkCount {
  PairCounts pairs;
  std::vector<TaggedAddress> addresses;
};

ChunkCount count_of(const NodeChunk& chunk) {
  ChunkCount result;
  result.addresses.reserve(chunk.nodes().size());
  for (const NodeEntry& node : chunk.nodes()) {
    if (chunk.shape_of(node).flags & kContinuation) continue;
    result.pairs.add(node.type, node.size);
    result.addresses.push_back(node.address);
  }
  return result;
}

// False if two nodes share a granule, or one lies outside of memory.
bool are_places(std::vector<ChunkCount>& counts, unsigned threads) {
  std::vector<std::span<TaggedAddress>> runs;
  for (ChunkCount& count : counts) runs.push_back(count.addresses);
  return AddressMap(runs, threads).rejected() == 0;
}

// One node for each pair, and the virtual root before them.
Census census_of(Construction& c, const PairCounts& counts) {
  const std::vector<PairCounts::Pair> pairs = counts.sorted();
  GraphArrays& graph = c.graph;
  graph.types.pop_back();  // the unknown one
  graph.node_count = static_cast<NodeId>(pairs.size() + 1);
  graph.address = Array<Address>(graph.node_count);
  graph.type = Array<TypeId>(graph.node_count);
  graph.size = WideColumn(graph.node_count);
  graph.refcount = WideColumn(graph.node_count);
  graph.flags = Array<std::uint8_t>(graph.node_count);
  graph.values = Array<ValueHandle>(graph.node_count);
  graph.referents_begin = Array<std::uint32_t>(1);
  graph.referrers_begin = Array<std::uint32_t>(graph.node_count + std::size_t{1});

  std::vector<std::uint64_t> members(graph.node_count);
  std::vector<WideColumn::Exception> wide;
  for (NodeId id = 1; id < graph.node_count; ++id) {
    const PairCounts::Pair& pair = pairs[id - 1];
    const bool fits = WideColumn::fits(pair.size);
    graph.type[id] = c.type_id(pair.type);
    graph.size.set(id, fits ? static_cast<std::uint32_t>(pair.size) : WideColumn::kWide);
    if (!fits) wide.emplace_back(id, pair.size);
    members[id] = pair.count;
    if (graph.types[graph.type[id]].layout == TypeLayout::kStructure) graph.structures.push_back(id);
  }
  graph.size.set_exceptions(std::move(wide));
  return {Heap(Graph(std::move(graph))), std::move(members)};
}

}  // namespace

std::optional<Census> take_census(SnapshotReader& snapshot, const BuildOptions& options) {
  if (!snapshot.is_complete() || options.partial) return std::nullopt;
  const Progress progress(options);
  std::vector<ChunkCount> counts(snapshot.nodes_chunk_count());
  std::atomic<std::size_t> read = 0;
  auto done = snapshot.for_each_nodes_chunk([&](std::size_t index, const NodeChunk& chunk) {
    counts[index] = count_of(chunk);
    progress.at("reading", static_cast<double>(++read) / static_cast<double>(counts.size()));
  });
  if (!done || !are_places(counts, thread_count(options.threads))) return std::nullopt;

  Construction c;
  take_tables(c, snapshot);
  if (!number_types(c) || !sort_keys(c)) return std::nullopt;
  PairCounts all;
  for (const ChunkCount& count : counts) all.add(count.pairs);
  for (const PairCounts::Pair& pair : all.sorted()) {
    if (c.type_id(pair.type) == c.unknown_type) return std::nullopt;
  }
  return census_of(c, all);
}

}  // namespace heapsnap
