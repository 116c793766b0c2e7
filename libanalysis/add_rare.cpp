// The lists beside the columns: weak edges, bytes owned outside, texts.

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>

#include "libanalysis/construction.h"
#include "libsnapshot/raw_value.h"

namespace heapsnap {
namespace {

// The node of a batch's record, or kNoNode.
NodeId node_of(const Construction& c, const NodeBatch& batch, std::uint32_t record) {
  const TaggedAddress address = batch.address[record];
  return address & kIgnoredTag ? kNoNode : c.graph.addresses.find(untagged(address));
}

void add_weak_edges(Construction& c) {
  std::vector<WeakEdge>& weak = c.graph.weak;
  for (const auto& batch : c.batches) {
    for (const NodeBatch::Weak& edge : batch->weak) {
      const NodeId source = node_of(c, *batch, edge.record);
      const NodeId target = c.graph.addresses.find(edge.target);
      if (source == kNoNode) continue;
      if (target != kNoNode) {
        weak.push_back({source, target, edge.word});
      } else {
        ++c.graph.damage.dangling;
      }
    }
  }
  std::ranges::sort(weak, {}, [](const WeakEdge& edge) {
    return std::tuple(edge.source, edge.word, edge.target);
  });
  c.graph.weak_by_target.resize(weak.size());
  std::iota(c.graph.weak_by_target.begin(), c.graph.weak_by_target.end(), 0u);
  std::ranges::stable_sort(c.graph.weak_by_target, {},
                           [&weak](std::uint32_t i) { return weak[i].target; });
}

void add_external(Construction& c) {
  for (const auto& batch : c.batches) {
    for (const NodeBatch::Number& number : batch->external) {
      const NodeId node = node_of(c, *batch, number.record);
      if (node != kNoNode) c.graph.external.push_back({node, number.number});
    }
  }
  std::ranges::stable_sort(c.graph.external, {}, &ExternalBytes::node);
}

RawValue raw_value(const Value& value) {
  switch (value.layout) {
    case TypeLayout::kStr:
    case TypeLayout::kBytes:
      return {.number = value.length, .form = value.form, .word = value.hash, .text = value.text};
    case TypeLayout::kInt:
    case TypeLayout::kBool:
      return {.form = TextForm::kHash, .word = static_cast<std::uint64_t>(value.integer)};
    case TypeLayout::kFloat:
      return {.form = TextForm::kHash, .word = std::bit_cast<std::uint64_t>(value.real)};
    case TypeLayout::kCode:
      return {.number = static_cast<std::uint64_t>(value.integer)};
    default:
      return {};
  }
}

// Texts come after the nodes' own values, and replace them.
void add_texts(Construction& c) {
  ValuePools pools;
  std::vector<std::pair<NodeId, ValueHandle>> values;
  for (const TextRecord& text : c.texts) {
    const NodeId node = c.graph.addresses.find(text.address);
    if (node == kNoNode || c.graph.types[c.graph.type[node]].layout != text.value.layout) continue;
    values.emplace_back(node, pools.add(raw_value(text.value)));
  }
  const std::uint64_t before = c.graph.value_pools.append(std::move(pools));
  for (const auto& [node, value] : values) {
    if (value != 0) c.graph.values[node] = ValuePools::moved(value, before);
  }
}

}  // namespace

void add_rare(Construction& c) {
  add_weak_edges(c);
  add_external(c);
  add_texts(c);
}

}  // namespace heapsnap
