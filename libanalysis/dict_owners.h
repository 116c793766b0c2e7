// Which dicts are the __dict__ of which objects.
//
// Only dicts themselves count, no instances of subclasses. A dict may have several owners. Owners
// are found from their side: a pass over the containers, O(1) each.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

struct Ownership {
  NodeId dict = kNoNode;
  NodeId owner = kNoNode;
  bool operator==(const Ownership&) const = default;
};

// By dict, then owner.
std::vector<Ownership> dict_owners(const Graph& graph);

// The position of the `__dict__` among the referents of all containers of the form of this one.
std::optional<std::size_t> dict_position(const Graph& graph, NodeId container);

// The type dict, or kNoType.
TypeId find_dict_type(const Graph& graph);

}  // namespace heapsnap
