// Which dicts are the __dict__ of which objects.
//
// Only dicts themselves count, no instances of subclasses. A dict may have several owners. Owners
// are found from their side: a pass over the containers, O(1) each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"
#include "libanalysis/labels.h"
#include "libanalysis/node_set.h"

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

// Finds the `__dict__` of containers, in O(1) each once one of the form was asked for.
class Namespaces {
 public:
  explicit Namespaces(const Graph& graph);
  // What the `__dict__` of the container leads to, instances of subclasses of dict too; or kNoNode.
  NodeId of(NodeId container);
  NodeSet all();  // of all containers

 private:
  const Graph& graph_;
  std::vector<std::uint32_t> place_of_form_;
};

// What an entry of a `__dict__` is to its owner, by its label in the dict: `.name`. Empty: it is no
// value, or its key is no name that Python could have after a dot, or is not in the snapshot.
std::string attribute_text(const Graph& graph, const Label& label);

// The type dict, or kNoType.
TypeId find_dict_type(const Graph& graph);

}  // namespace heapsnap
