#include "libanalysis/subtypes.h"

#include <algorithm>
#include <unordered_map>

#include "libanalysis/labels.h"
#include "libsnapshot/format.h"

namespace heapsnap {
namespace {

class Hierarchy {
 public:
  Hierarchy(const Graph& graph, const std::vector<bool>& types) : graph_(graph), types_(types) {
    for (TypeId type = 1; type < graph.type_count(); ++type) {
      if (graph.type(type).address != 0) by_address_[graph.type(type).address] = type;
    }
  }

  bool inherits(TypeId type) const {
    if (types_[type]) return true;
    const NodeId node = graph_.type_node(type);
    const NodeId mro = node == kNoNode ? kNoNode : attribute(graph_, node, ".__mro__");
    if (mro == kNoNode) return has_base(type);
    return std::ranges::any_of(graph_.referents(mro), [this](NodeId ancestor) {
      return is_wanted(graph_.address(ancestor));
    });
  }

 private:
  bool is_wanted(Address type) const {
    const auto at = by_address_.find(type);
    return at != by_address_.end() && types_[at->second];
  }

  // The chain is followed for as many steps as there are types: it may be damaged.
  bool has_base(TypeId type) const {
    for (TypeId steps = 0; steps < graph_.type_count(); ++steps) {
      const Address base = graph_.type(type).base;
      const auto at = by_address_.find(base);
      if (base == 0 || at == by_address_.end()) return false;
      if (types_[at->second]) return true;
      type = at->second;
    }
    return false;
  }

  const Graph& graph_;
  const std::vector<bool>& types_;
  std::unordered_map<Address, TypeId> by_address_;
};

}  // namespace

std::vector<bool> with_subtypes(const Graph& graph, const std::vector<bool>& types) {
  const Hierarchy hierarchy(graph, types);
  std::vector<bool> result(types.size());
  for (TypeId type = 0; type < types.size(); ++type) result[type] = hierarchy.inherits(type);
  return result;
}

}  // namespace heapsnap
