#include <fmt/format.h>

#include <algorithm>

#include "libanalysis/construction.h"
#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kMaxNodes = kNoNode - 16;

bool is_continuation(std::uint8_t flags) { return flags & kContinuation; }

Result<void> map_addresses(Construction& c) {
  std::vector<std::span<TaggedAddress>> runs;
  std::uint64_t nodes = 0;
  for (const auto& batch : c.batches) {
    runs.emplace_back(batch->address.data(), batch->address.size());
    nodes += batch->address.size();
  }
  if (nodes > kMaxNodes) {
    return failure(ErrorCode::kUnreadable,
                   fmt::format("{} nodes are more than this version can hold", nodes));
  }
  c.graph.addresses = AddressMap(runs, c.threads);
  c.graph.container_count = c.graph.addresses.container_count();
  c.graph.node_count = c.graph.container_count + 1 + c.graph.addresses.leaf_count();
  return {};
}

// Names the first record that the map did not take.
Result<void> refuse_rejected(Construction& c) {
  if (c.graph.addresses.rejected() == 0) return {};
  for (const auto& batch : c.batches) {
    for (std::size_t i = 0; i < batch->address.size(); ++i) {
      if (!(batch->address[i] & kIgnoredTag) || is_continuation(batch->flags[i])) continue;
      auto done =
          contradiction(c, fmt::format("the object at {:#x} lies in another or outside of memory",
                                       untagged(batch->address[i])));
      if (!done) return done;
    }
  }
  return {};
}

bool has_keys(const Construction& c, const Form& form) {
  if (!(form.parts & bit(Part::kValues))) return true;
  return std::ranges::binary_search(c.graph.keys, form.keys, {}, &KeysRecord::id);
}

Result<void> merge_forms(Construction& c) {
  for (const auto& batch : c.batches) {
    std::vector<FormId>& ids = c.form_ids.emplace_back();
    for (FormId local = 0; local < batch->forms.size(); ++local) {
      Form form = batch->forms.form(local);
      if (!has_keys(c, form)) {
        auto done = contradiction(
            c, fmt::format("objects use the key table {}, which it does not record", form.keys));
        if (!done) return done;
      }
      form.type = c.type_id(form.type);
      ids.push_back(c.graph.forms.intern(form));
    }
  }
  return {};
}

// By batch, what is added to its handles.
std::vector<std::uint64_t> merge_values(Construction& c) {
  std::vector<std::uint64_t> before;
  for (const auto& batch : c.batches) {
    before.push_back(c.graph.value_pools.append(std::move(batch->pools)));
  }
  return before;
}

// Returns how many of its records are of unknown types.
std::uint64_t fill_columns(Construction& c, std::size_t number, std::uint64_t values_before) {
  GraphArrays& graph = c.graph;
  const NodeBatch& batch = *c.batches[number];
  std::uint64_t unknown = 0;
  for (std::size_t i = 0; i < batch.address.size(); ++i) {
    if (batch.address[i] & kIgnoredTag) continue;
    const Address address = untagged(batch.address[i]);
    const NodeId id = graph.addresses.find(address);
    const TypeId type = c.type_id(batch.type[i]);
    unknown += type == c.unknown_type;
    graph.address[id] = address;
    graph.type[id] = type;
    graph.size.set(id, batch.size[i]);
    graph.refcount.set(id, batch.refcount[i]);
    graph.flags[id] = batch.flags[i];
    if (const ValueHandle value = batch.value[i]) {
      graph.values[id] = ValuePools::moved(value, values_before);
    }
    if (id >= graph.container_count) continue;
    graph.form[id] = c.form_ids[number][batch.form[i]];
    const bool type_edge = batch.flags[i] & kTypeEdge;
    graph.referents_begin[id + 1] = batch.degree[i] + type_edge;
  }
  return unknown;
}

std::vector<WideColumn::Exception> exceptions(const Construction& c,
                                              std::vector<NodeBatch::Number> NodeBatch::*list) {
  std::vector<WideColumn::Exception> result;
  for (const auto& batch : c.batches) {
    for (const NodeBatch::Number& number : (*batch).*list) {
      const TaggedAddress address = batch->address[number.record];
      if (address & kIgnoredTag) continue;
      result.emplace_back(c.graph.addresses.find(untagged(address)), number.number);
    }
  }
  return result;
}

}  // namespace

Result<void> place_nodes(Construction& c) {
  if (auto done = map_addresses(c); !done) return done;
  if (auto done = refuse_rejected(c); !done) return done;
  if (auto done = merge_forms(c); !done) return done;

  GraphArrays& graph = c.graph;
  graph.address = Array<Address>(graph.node_count);
  graph.type = Array<TypeId>(graph.node_count);
  graph.size = WideColumn(graph.node_count);
  graph.refcount = WideColumn(graph.node_count);
  graph.flags = Array<std::uint8_t>(graph.node_count);
  graph.values = Array<ValueHandle>(graph.node_count);
  graph.form = Array<FormId>(graph.container_count);
  graph.referents_begin = Array<std::uint32_t>(std::size_t{graph.container_count} + 1);

  const std::vector<std::uint64_t> values_before = merge_values(c);
  std::vector<std::uint64_t> unknown(c.batches.size());
  parallel_for(c.batches.size(), c.threads,
               [&](std::size_t i) { unknown[i] = fill_columns(c, i, values_before[i]); });
  for (const std::uint64_t count : unknown) graph.damage.unknown_type += count;
  if (graph.damage.unknown_type != 0 && !c.lenient) {
    return contradiction(c, fmt::format("{} objects are of types that it does not record",
                                        graph.damage.unknown_type));
  }
  graph.size.set_exceptions(exceptions(c, &NodeBatch::wide_sizes));
  graph.refcount.set_exceptions(exceptions(c, &NodeBatch::wide_refcounts));
  return {};
}

}  // namespace heapsnap
