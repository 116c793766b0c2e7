// The form of an owner says at which place of its row the dict is.
#include "libanalysis/dict_owners.h"

#include <algorithm>
#include <utility>

#include "libanalysis/labels.h"

namespace heapsnap {

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

std::vector<Ownership> dict_owners(const Graph& graph) {
  constexpr std::uint32_t kUnknown = ~std::uint32_t{0}, kNone = kUnknown - 1;
  const TypeId dict_type = find_dict_type(graph);
  std::vector<std::uint32_t> place_of_form(graph.forms().size(), kUnknown);
  std::vector<Ownership> result;
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    std::uint32_t& place = place_of_form[graph.form_of(id)];
    if (place == kUnknown) {
      place = static_cast<std::uint32_t>(dict_position(graph, id).value_or(kNone));
    }
    if (place == kNone) continue;
    const NodeId dict = graph.referents(id)[place];
    if (graph.type_of(dict) == dict_type) result.push_back({dict, id});
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
