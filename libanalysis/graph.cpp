#include "libanalysis/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "libanalysis/reserved_names.h"
#include "libsnapshot/raw_value.h"

namespace heapsnap {
namespace {

std::string plain_name(const TypeRecord& type) {
  if (type.module.empty() || type.module == "builtins") return type.qualname;
  return type.module + "." + type.qualname;
}

NodeSet objects_of(const GraphArrays& arrays) {
  NodeSet objects = NodeSet::all(arrays.node_count);
  objects.erase(arrays.container_count);
  for (const NodeId id : arrays.structures) objects.erase(id);
  return objects;
}

}  // namespace

std::string_view Provenance::text(const std::string& key) const {
  const auto at = facts.find(key);
  if (at == facts.end()) return {};
  const auto* text = std::get_if<std::string>(&at->second.value);
  return text ? std::string_view(*text) : std::string_view();
}

std::uint64_t Provenance::number(const std::string& key, std::uint64_t otherwise) const {
  const auto at = facts.find(key);
  if (at == facts.end()) return otherwise;
  const auto* number = std::get_if<std::uint64_t>(&at->second.value);
  return number ? *number : otherwise;
}

Graph::Graph(GraphArrays arrays)
    : arrays_(std::move(arrays)), objects_(objects_of(arrays_)), object_count_(objects_.count()) {
  find_shared_names();
}

void Graph::find_shared_names() {
  std::unordered_map<std::string, TypeId> first;
  shares_name_.resize(type_count());
  for (TypeId id = 0; id < type_count(); ++id) {
    const std::string name = plain_name(type(id));
    if (is_reserved(name)) {  // types of ours have no address
      shares_name_[id] = type(id).address != 0;
      continue;
    }
    const auto [at, is_new] = first.try_emplace(name, id);
    if (!is_new) shares_name_[id] = shares_name_[at->second] = true;
  }
}

NodeSet Graph::objects_and_structures() const {
  NodeSet nodes = NodeSet::all(node_count());
  nodes.erase(root());
  return nodes;
}

std::uint64_t Graph::external(NodeId id) const {
  const auto at = std::ranges::lower_bound(arrays_.external, id, {}, &ExternalBytes::node);
  return at != arrays_.external.end() && at->node == id ? at->bytes : 0;
}

std::optional<Value> Graph::value(NodeId id) const {
  const ValueHandle handle = arrays_.values[id];
  if (handle == 0) return std::nullopt;
  return interpret(arrays_.value_pools[handle], type(type_of(id)).layout);
}

std::optional<std::string_view> Graph::text(NodeId id) const {
  const ValueHandle handle = arrays_.values[id];
  if (handle == 0) return std::nullopt;
  const RawValue value = arrays_.value_pools[handle];
  if (value.form != TextForm::kText) return std::nullopt;
  return value.text;
}

std::span<const WeakEdge> Graph::weak_referents(NodeId id) const {
  const auto begin = std::ranges::lower_bound(arrays_.weak, id, {}, &WeakEdge::source);
  const auto end = std::ranges::upper_bound(arrays_.weak, id, {}, &WeakEdge::source);
  return {begin, end};
}

std::vector<WeakEdge> Graph::weak_referrers(NodeId id) const {
  const auto target = [this](std::uint32_t i) { return arrays_.weak[i].target; };
  std::vector<WeakEdge> edges;
  const std::vector<std::uint32_t>& order = arrays_.weak_by_target;
  auto at = std::ranges::lower_bound(order, id, {}, target);
  for (; at != order.end() && target(*at) == id; ++at) edges.push_back(arrays_.weak[*at]);
  return edges;
}

const KeysRecord* Graph::keys(std::uint64_t id) const {
  const auto at = std::ranges::lower_bound(arrays_.keys, id, {}, &KeysRecord::id);
  return at != arrays_.keys.end() && at->id == id ? &*at : nullptr;
}

std::string Graph::type_name(TypeId id) const {
  std::string name = plain_name(type(id));
  return shares_name_[id] ? fmt::format("{}@{:#x}", name, type(id).address) : name;
}

NodeId Graph::type_node(TypeId id) const {
  const Address address = type(id).address;
  return address == 0 ? kNoNode : find(address);
}

std::string_view Graph::root_label(const RootEdge& edge) const {
  return arrays_.root_labels[edge.label];
}

}  // namespace heapsnap
