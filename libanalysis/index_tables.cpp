#include "libanalysis/index_tables.h"

#include "libsnapshot/byte_reader.h"
#include "libsnapshot/byte_writer.h"

namespace heapsnap {
namespace {

void put(ByteWriter& out, const std::vector<WideColumn::Exception>& exceptions) {
  out.varint(exceptions.size());
  for (const auto& [node, value] : exceptions) {
    out.varint(node);
    out.varint(value);
  }
}

std::vector<WideColumn::Exception> take_exceptions(ByteReader& in) {
  std::vector<WideColumn::Exception> exceptions(in.count(2));
  for (auto& [node, value] : exceptions) {
    node = in.small();
    value = in.varint();
  }
  return exceptions;
}

void put(ByteWriter& out, const IndexExtent& extent) {
  for (const std::uint32_t number : {extent.nodes, extent.containers, extent.referents,
                                     extent.referrers, extent.weak}) {
    out.varint(number);
  }
}

IndexExtent take_extent(ByteReader& in) {
  return {in.small(), in.small(), in.small(), in.small(), in.small()};
}

void put_weak(ByteWriter& out, const std::vector<WeakEdge>& edges) {
  out.varint(edges.size());
  for (const WeakEdge& edge : edges) {
    out.varint(edge.source);
    out.varint(edge.target);
    out.varint(edge.word);
  }
}

std::vector<WeakEdge> take_weak(ByteReader& in) {
  std::vector<WeakEdge> edges(in.count(3));
  for (WeakEdge& edge : edges) edge = {in.small(), in.small(), in.small()};
  return edges;
}

void put_external(ByteWriter& out, const std::vector<ExternalBytes>& external) {
  out.varint(external.size());
  for (const auto& [node, bytes] : external) {
    out.varint(node);
    out.varint(bytes);
  }
}

std::vector<ExternalBytes> take_external(ByteReader& in) {
  std::vector<ExternalBytes> external(in.count(2));
  for (auto& [node, bytes] : external) {
    node = in.small();
    bytes = in.varint();
  }
  return external;
}

void put_roots(ByteWriter& out, std::span<const RootEdge> roots) {
  out.varint(roots.size());
  for (const RootEdge& root : roots) {
    out.u8(static_cast<std::uint8_t>(root.kind));
    out.varint(root.target);
  }
}

std::vector<RootEdge> take_roots(ByteReader& in) {
  std::vector<RootEdge> roots(in.count(2));
  for (RootEdge& root : roots) {
    root = {in.enumerator(RootKind::kUnreachable), in.small(), 0};
    if (root.kind < RootKind::kThread) in.fail();
  }
  return roots;
}

std::vector<std::uint32_t> take_numbers(ByteReader& in) {
  std::vector<std::uint32_t> numbers(in.count());
  for (std::uint32_t& number : numbers) number = in.small();
  return numbers;
}

}  // namespace

IndexExtent extent_of(const GraphArrays& graph) {
  return {.nodes = graph.node_count,
          .containers = graph.container_count,
          .referents = graph.referents_begin[graph.container_count],
          .referrers = static_cast<std::uint32_t>(graph.referrers.size()),
          .weak = static_cast<std::uint32_t>(graph.weak.size())};
}

std::vector<std::uint8_t> index_tables(const GraphArrays& graph, std::size_t recorded_roots) {
  ByteWriter out;
  put(out, extent_of(graph));
  out.varint(graph.damage.dangling);
  out.varint(graph.damage.maybe_dropped);
  put(out, graph.size.exceptions());
  put(out, graph.refcount.exceptions());
  put_external(out, graph.external);
  put_weak(out, graph.weak);
  const std::size_t recorded = recorded_roots - graph.damage.dangling_roots;
  put_roots(out, std::span(graph.roots).subspan(recorded));
  out.varint(graph.value_pools.pools().size());
  for (const auto& pool : graph.value_pools.pools()) out.varint(pool.size());
  out.varint(graph.forms.numbers().size());
  for (const std::uint32_t number : graph.forms.numbers()) out.varint(number);
  return {out.bytes().begin(), out.bytes().end()};
}

std::optional<IndexTables> read_index_tables(std::span<const std::uint8_t> bytes,
                                             GraphArrays& graph) {
  ByteReader in(bytes);
  IndexTables tables{.extent = take_extent(in)};
  graph.node_count = tables.extent.nodes;
  graph.container_count = tables.extent.containers;
  graph.damage.dangling = in.varint();
  graph.damage.maybe_dropped = in.varint();
  graph.size.set_exceptions(take_exceptions(in));
  graph.refcount.set_exceptions(take_exceptions(in));
  graph.external = take_external(in);
  graph.weak = take_weak(in);
  tables.derived_roots = take_roots(in);
  tables.pool_sizes = take_numbers(in);
  std::optional<FormTable> forms = FormTable::of(take_numbers(in));
  const bool right = in.ok() && in.at_end() && forms.has_value() &&
                     graph.container_count < graph.node_count &&
                     graph.weak.size() == tables.extent.weak;
  if (!right) return std::nullopt;
  graph.forms = *std::move(forms);
  return tables;
}

}  // namespace heapsnap
