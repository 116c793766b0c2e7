// The form of an owner says at which place of its row the dict is.
#include "libanalysis/dict_owners.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libanalysis/describe.h"
#include "libanalysis/python_literal.h"

namespace heapsnap {
namespace {

constexpr std::uint32_t kUnknown = ~std::uint32_t{0}, kNone = kUnknown - 1;  // places

}  // namespace

// Word offsets come first in a row, so that the position is the same in all rows of a form.
std::optional<std::size_t> dict_position(const Graph& graph, NodeId container) {
  const Form form = graph.forms().form(graph.form_of(container));
  const std::size_t words = form.offsets.size() + form.type_edge;
  const std::size_t places = std::min(words, graph.referents(container).size());
  for (std::size_t i = 0; i < places; ++i) {
    const Label label = label_of(graph, container, i);
    if (label.kind == LabelKind::kAttribute && label.name == "__dict__") return i;
  }
  return std::nullopt;
}

Namespaces::Namespaces(const Graph& graph)
    : graph_(graph), place_of_form_(graph.forms().size(), kUnknown) {}

NodeId Namespaces::of(NodeId container) {
  std::uint32_t& place = place_of_form_[graph_.form_of(container)];
  if (place == kUnknown) {
    place = static_cast<std::uint32_t>(dict_position(graph_, container).value_or(kNone));
  }
  return place == kNone ? kNoNode : graph_.referents(container)[place];
}

NodeSet Namespaces::all() {
  NodeSet result(graph_.node_count());
  for (NodeId id = 0; id < graph_.container_count(); ++id) {
    const NodeId dict = of(id);
    if (dict != kNoNode) result.insert(dict);
  }
  return result;
}

std::string attribute_text(const Graph& graph, const Label& label) {
  if (label.kind != LabelKind::kValue || label.key == kNoNode) return "";
  const bool is_str = graph.type(graph.type_of(label.key)).layout == TypeLayout::kStr;
  const auto name = is_str ? graph.text(label.key) : std::nullopt;
  if (!name || !is_identifier(*name)) return "";
  // Of a text that was cut the beginning is there: that is not its name.
  const std::string whole = describe(graph, label.key);
  return whole.starts_with('<') ? "" : fmt::format(".{}", *name);
}

std::vector<Ownership> dict_owners(const Graph& graph) {
  const TypeId dict_type = find_dict_type(graph);
  Namespaces namespaces(graph);
  std::vector<Ownership> result;
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    const NodeId dict = namespaces.of(id);
    if (dict != kNoNode && graph.type_of(dict) == dict_type) result.push_back({dict, id});
  }
  std::ranges::sort(result, {}, [](const Ownership& o) { return std::pair(o.dict, o.owner); });
  return result;
}

TypeId find_dict_type(const Graph& graph) {
  for (TypeId type = 1; type < graph.type_count(); ++type) {
    const TypeRecord& record = graph.type(type);
    if (record.layout != TypeLayout::kDict || record.qualname != "dict") continue;
    if (record.module == "builtins") return type;
  }
  return kNoType;
}

}  // namespace heapsnap
