// A dict that is some object's __dict__ is told by that object's type.

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/type_groups.h"
#include "libanalysis/dict_owners.h"

namespace heapsnap {
namespace {

using Types = std::vector<TypeId>;  // sorted, each once

// Kinds: first the types, that of dict itself being of those without owner; then sets of owners.
struct ClodoKinds {
  const Graph& graph;
  TypeId dict_type;
  std::vector<Types> owners;  // by kind, from graph.type_count() on

  bool is_dict(KindId kind) const {
    return dict_type != kNoType && (kind == dict_type || kind >= graph.type_count());
  }

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

  // The plain name of dict means all of them.
  bool is_called(KindId kind, const Glob& glob) const {
    if (glob.matches(name(kind))) return true;
    if (!is_dict(kind)) return type_is_called(graph, kind, glob);
    return glob.is_plain() && type_is_called(graph, dict_type, glob);
  }
};

// Puts dicts that have owners under kinds of their own.
void classify_owned(const NodeSet& nodes, ClodoKinds& kinds,
                    std::vector<std::pair<NodeId, KindId>>& kind_of_dict) {
  const std::vector<Ownership> owned = dict_owners(kinds.graph);
  std::map<Types, KindId> known;
  for (auto at = owned.begin(); at != owned.end();) {
    const NodeId dict = at->dict;
    Types types;
    for (; at != owned.end() && at->dict == dict; ++at) {
      types.push_back(kinds.graph.type_of(at->owner));
    }
    if (!nodes.contains(dict)) continue;
    std::ranges::sort(types);
    types.erase(std::unique(types.begin(), types.end()), types.end());
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
  classify_owned(nodes, *kinds, kind_of_dict);

  Classification result(graph.node_count(),
                        static_cast<KindId>(graph.type_count() + kinds->owners.size()));
  for (const NodeId id : nodes) result.put(id, KindId(graph.type_of(id)));
  for (const auto& [dict, kind] : kind_of_dict) result.put(dict, kind);
  result.name_kinds(
      {.name = [kinds](KindId kind) { return kinds->name(kind); },
       .selector = [kinds](KindId kind) { return of_kind("clodo", kinds->name(kind)); },
       .is_called =
           [kinds](KindId kind, const Glob& name) { return kinds->is_called(kind, name); }});
  return result;
}

}  // namespace heapsnap
