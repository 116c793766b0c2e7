// A dict that is some object's __dict__ is told by that object's type. Owners are found from their
// side: the form of an owner says at which place of its row the dict is.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/select_text.h"
#include "libanalysis/labels.h"

namespace heapsnap {
namespace {

using Types = std::vector<TypeId>;  // sorted, each once

struct Ownership {
  NodeId dict;
  TypeId owner;
  bool operator==(const Ownership&) const = default;
};

// The place of the __dict__ in rows of this form. Word offsets come first in a row, so that it is
// the same in all of them.
std::optional<std::size_t> dict_place(const Graph& graph, NodeId container) {
  const Form form = graph.forms().form(graph.form_of(container));
  const std::size_t words = form.offsets.size() + form.type_edge;
  const std::size_t places = std::min(words, graph.referents(container).size());
  for (std::size_t i = 0; i < places; ++i) {
    const Label label = label_of(graph, container, i);
    if (label.kind == LabelKind::kAttribute && label.name == "__dict__") return i;
  }
  return std::nullopt;
}

// Exact dicts that are somebody's __dict__, by dict and then type of the owner.
std::vector<Ownership> ownerships(const Graph& graph, TypeId dict_type) {
  constexpr std::uint32_t kUnknown = ~std::uint32_t{0}, kNone = kUnknown - 1;
  std::vector<std::uint32_t> place_of_form(graph.forms().size(), kUnknown);
  std::vector<Ownership> result;
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    std::uint32_t& place = place_of_form[graph.form_of(id)];
    if (place == kUnknown)
      place = static_cast<std::uint32_t>(dict_place(graph, id).value_or(kNone));
    if (place == kNone) continue;
    const NodeId dict = graph.referents(id)[place];
    if (graph.type_of(dict) == dict_type) result.push_back({dict, graph.type_of(id)});
  }
  std::ranges::sort(result, {}, [](const Ownership& o) { return std::pair(o.dict, o.owner); });
  result.erase(std::unique(result.begin(), result.end()), result.end());
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

// Kinds: first the types, that of dict itself being of those without owner; then sets of owners.
struct ClodoKinds {
  const Graph& graph;
  TypeId dict_type;
  std::vector<Types> owners;  // by kind, from graph.type_count() on

  std::string name(KindId kind) const {
    if (kind == dict_type && dict_type != kNoType) return "dict (no owner)";
    if (kind < graph.type_count()) return graph.type_name(kind);
    std::string name = "dict of ";
    for (const TypeId owner : owners[kind - graph.type_count()]) {
      if (!name.ends_with("dict of ")) name += " | ";
      name += graph.type_name(owner);
    }
    return name;
  }

  std::string select_text(KindId kind) const { return select("clodo", name(kind)); }
};

// Puts dicts that have owners under kinds of their own.
void classify_owned(const std::vector<Ownership>& owned, const NodeSet& nodes, ClodoKinds& kinds,
                    std::vector<std::pair<NodeId, KindId>>& kind_of_dict) {
  std::map<Types, KindId> known;
  for (auto at = owned.begin(); at != owned.end();) {
    const NodeId dict = at->dict;
    Types types;
    for (; at != owned.end() && at->dict == dict; ++at) types.push_back(at->owner);
    if (!nodes.contains(dict)) continue;
    const auto next = static_cast<KindId>(kinds.graph.type_count() + kinds.owners.size());
    const auto [kind, is_new] = known.try_emplace(types, next);
    if (is_new) kinds.owners.push_back(std::move(types));
    kind_of_dict.emplace_back(dict, kind->second);
  }
}

}  // namespace

Classification classify_by_clodo(const Graph& graph, const NodeSet& nodes) {
  const auto kinds = std::make_shared<ClodoKinds>(ClodoKinds{graph, find_dict_type(graph), {}});
  std::vector<std::pair<NodeId, KindId>> kind_of_dict;
  classify_owned(ownerships(graph, kinds->dict_type), nodes, *kinds, kind_of_dict);

  Classification result(graph.node_count(),
                        static_cast<KindId>(graph.type_count() + kinds->owners.size()));
  for (const NodeId id : nodes) result.put(id, KindId(graph.type_of(id)));
  for (const auto& [dict, kind] : kind_of_dict) result.put(dict, kind);
  result.name_kinds([kinds](KindId kind) { return kinds->name(kind); },
                    [kinds](KindId kind) { return kinds->select_text(kind); });
  return result;
}

}  // namespace heapsnap
