// Classification by something that all objects of a type share, such as its module.
#pragma once

#include <string>
#include <vector>

#include "libanalysis/classifier.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

// Types by name: equal names are one kind.
struct TypeGroups {
  explicit TypeGroups(const std::vector<std::string>& name_of_type);

  std::vector<KindId> kind_of_type;
  std::vector<std::string> names;  // by kind, sorted
};

// Where the type is defined; <unknown> if that is not known.
std::string module_name(const TypeRecord& type);

// The kinds of objects whose kind is that of their type; they have no names yet.
Classification classify_by_group(const Graph& graph, const NodeSet& nodes,
                                 const TypeGroups& groups);

}  // namespace heapsnap
