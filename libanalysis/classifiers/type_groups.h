// What classifiers by type, and by what all objects of a type share, have in common.
#pragma once

#include <string>
#include <string_view>
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

// "type:app.Node", exactly.
Selector of_kind(std::string attribute, std::string_view name);

// Whether a name means the type: with its address behind it, or without, unless that is a name of
// ours (reserved_names.h).
bool type_is_called(const Graph& graph, TypeId type, const Glob& name);

// Where the type is defined, or a part of the module's name; <unknown> if that is not known.
std::string module_name(const TypeRecord& type);
std::string module_name(const TypeRecord& type, std::string_view part);

// The kinds of objects whose kind is that of their type; they have no names yet.
Classification classify_by_group(const Graph& graph, const NodeSet& nodes,
                                 const TypeGroups& groups);

}  // namespace heapsnap
