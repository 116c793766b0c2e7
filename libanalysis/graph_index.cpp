#include "libanalysis/graph_index.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libanalysis/check_arrays.h"
#include "libanalysis/construction.h"
#include "libanalysis/index_tables.h"
#include "libanalysis/parallel.h"
#include "libsnapshot/section_file.h"

namespace heapsnap {
namespace {

constexpr std::size_t kRun = std::size_t{1} << 16;  // nodes that one thread looks at at a time

// Sections: tables, the bytes of all value pools, then the columns.
constexpr std::size_t kTables = 0, kPools = 1, kFirstColumn = 2, kSections = 19;

// Calls visit(column, size) for each, in the order of their sections.
template <class Arrays, class Tree, class Visit>
void for_each_column(Arrays& graph, Tree& tree, const IndexExtent& of, const Visit& visit) {
  const std::size_t nodes = of.nodes, containers = of.containers;
  visit(graph.address, nodes);
  visit(graph.type, nodes);
  visit(graph.size.narrow(), nodes);
  visit(graph.refcount.narrow(), nodes);
  visit(graph.flags, nodes);
  visit(graph.values, nodes);
  visit(graph.referents_begin, containers + 1);
  visit(graph.referents, std::size_t{of.referents});
  visit(graph.form, containers);
  visit(graph.referrers_begin, nodes + 1);
  visit(graph.referrers, std::size_t{of.referrers});
  visit(tree.retained, nodes);
  visit(tree.preorder, nodes);
  visit(tree.position, nodes);
  visit(tree.subtree_end, nodes);
  visit(tree.parent, nodes);
  visit(graph.weak_by_target, std::size_t{of.weak});
}

// Of as many of its elements: where references were dropped there is room behind those in use.
template <class Column>
Section bytes_of(const Column& column, std::size_t size) {
  return {reinterpret_cast<const std::uint8_t*>(column.data()), size * sizeof(column[0])};
}

std::vector<std::uint8_t> all_bytes(const ValuePools& values) {
  std::vector<std::uint8_t> bytes;
  for (const auto& pool : values.pools()) bytes.insert(bytes.end(), pool.begin(), pool.end());
  return bytes;
}

SectionOwner owner_of(const SnapshotReader& snapshot) {
  return {kIndexVersion, snapshot.file_size(), snapshot.fingerprint()};
}

tl::unexpected<Error> refusal(std::string message) {
  return failure(ErrorCode::kUnreadable, std::move(message));
}

// More than the index of such a snapshot can have: a forged one could ask for any memory.
std::uint64_t most_bytes(const SnapshotReader& snapshot) {
  std::uint64_t raw = 0;
  for (const ChunkPlace& chunk : snapshot.chunks()) raw += chunk.header.raw_length;
  return (std::uint64_t{1} << 20) + 512 * raw;
}

Result<void> read_values(const SectionFile& file, const IndexTables& tables, GraphArrays& graph) {
  std::uint64_t size = 0;
  for (const std::uint32_t of_pool : tables.pool_sizes) size += of_pool;
  if (size != file.size(kPools)) return refusal("its values contradict its tables");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  if (auto done = file.read(kPools, bytes); !done) return done;
  ValuePools::Pools pools;
  auto from = bytes.begin();
  for (const std::uint32_t of_pool : tables.pool_sizes) {
    pools.emplace_back(from, from + of_pool);
    from += of_pool;
  }
  graph.value_pools = ValuePools::of(std::move(pools));
  return {};
}

template <class T>
void make(Array<T>& column, std::size_t size) {
  column = Array<T>(size);
}
template <class T>
void make(std::vector<T>& column, std::size_t size) {
  column.resize(size);
}

Result<void> read_columns(const SectionFile& file, const IndexExtent& extent, unsigned threads,
                          GraphArrays& graph, Dominators& tree) {
  bool fits = true;
  std::size_t section = kFirstColumn;
  for_each_column(graph, tree, extent, [&](auto& column, std::size_t size) {
    fits = fits && file.size(section++) == size * sizeof(column[0]);
  });
  if (!fits) return refusal("its sections contradict its tables");

  std::vector<std::span<std::uint8_t>> columns;
  for_each_column(graph, tree, extent, [&](auto& column, std::size_t size) {
    make(column, size);
    columns.push_back({reinterpret_cast<std::uint8_t*>(column.data()), size * sizeof(column[0])});
  });
  std::vector<Result<void>> done(columns.size());
  parallel_for(columns.size(), threads,
               [&](std::size_t i) { done[i] = file.read(kFirstColumn + i, columns[i]); });
  const auto failed = std::ranges::find_if(done, [](const auto& result) { return !result; });
  return failed == done.end() ? Result<void>() : *failed;
}

// The map of addresses follows from the addresses, if these are in order.
Result<void> map_addresses(Construction& c) {
  GraphArrays& graph = c.graph;
  const std::span<TaggedAddress> all(graph.address.data(), graph.address.size());
  if (!addresses_rise(graph)) return refusal("its addresses are in no order");
  std::vector<std::span<TaggedAddress>> runs;
  const auto add = [&runs](std::span<TaggedAddress> nodes) {
    for (std::size_t at = 0; at < nodes.size(); at += kRun) {
      runs.push_back(nodes.subspan(at, std::min(kRun, nodes.size() - at)));
    }
  };
  const auto containers = all.first(graph.container_count);
  for (TaggedAddress& address : containers) address |= kContainerTag;
  add(containers);
  add(all.subspan(graph.container_count + std::size_t{1}));
  graph.addresses = AddressMap(runs, c.threads);
  if (graph.addresses.rejected() != 0) return refusal("two of its nodes are in one place");
  for (TaggedAddress& address : containers) address = untagged(address);
  return {};
}

void add_roots(Construction& c, const std::vector<RootEdge>& derived) {
  add_recorded_roots(c);
  c.graph.roots.insert(c.graph.roots.end(), derived.begin(), derived.end());
  for (const RootEdge& root : c.graph.roots) c.graph.root_targets.push_back(root.target);
}

}  // namespace

bool can_be_indexed(const Graph& graph, const SnapshotReader& snapshot) {
  const Damage& damage = graph.damage();
  return snapshot.is_complete() && damage.rejected == 0 && damage.unknown_type == 0;
}

Result<void> write_index(const Heap& heap, const SnapshotReader& snapshot, Sink& out) {
  const GraphArrays& graph = heap.graph().arrays();
  const Dominators& tree = heap.dominators();
  const std::vector<std::uint8_t> tables = index_tables(graph, snapshot.tables().roots.size());
  const std::vector<std::uint8_t> pools = all_bytes(graph.value_pools);
  std::vector<Section> sections = {tables, pools};
  for_each_column(graph, tree, extent_of(graph),
                  [&](const auto& column, std::size_t size) {
                    sections.push_back(bytes_of(column, size));
                  });
  return write_sections(out, owner_of(snapshot), sections);
}

Result<Heap> read_index(const std::string& path, SnapshotReader& snapshot, unsigned threads) {
  const Result<SectionFile> file = SectionFile::open(path, owner_of(snapshot), kSections);
  if (!file) return tl::unexpected(file.error());
  if (file->file_size() > most_bytes(snapshot)) return refusal("it is larger than it can be");

  Construction c;
  c.threads = thread_count(threads);
  take_tables(c, snapshot);
  if (auto done = number_types(c); !done) return tl::unexpected(done.error());
  if (auto done = sort_keys(c); !done) return tl::unexpected(done.error());

  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(file->size(kTables)));
  if (auto done = file->read(kTables, bytes); !done) return tl::unexpected(done.error());
  const std::optional<IndexTables> tables = read_index_tables(bytes, c.graph);
  if (!tables) return refusal("its tables are damaged");

  Dominators tree;
  if (auto done = read_values(*file, *tables, c.graph); !done) return tl::unexpected(done.error());
  if (auto done = read_columns(*file, tables->extent, c.threads, c.graph, tree); !done) {
    return tl::unexpected(done.error());
  }
  if (auto done = map_addresses(c); !done) return tl::unexpected(done.error());
  add_roots(c, tables->derived_roots);
  if (const std::string_view what = contradiction_in(c.graph, tree, c.threads); !what.empty()) {
    return refusal("its " + std::string(what) + " make no sense");
  }
  if (auto done = add_sites(c, snapshot); !done) return tl::unexpected(done.error());
  take_stock(c);
  return Heap(Graph(std::move(c.graph)), std::move(tree), threads);
}

}  // namespace heapsnap
