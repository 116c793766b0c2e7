// Where general paths begin: the modules by name, and what else keeps objects alive, in phases.
//
//     for (const PathRoots& phase : path_roots(graph)) ...       // modules first, see path_tree.h
//
// Within a phase the order is that of sys.modules, of the snapshot's structures, or of names.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "libanalysis/general_labels.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

struct PathRoot {
  GeneralLabel label;
  NodeId target = kNoNode;
};
using PathRoots = std::vector<PathRoot>;

// The modules come alone, in the first phase. Garbage is in none.
std::vector<PathRoots> path_roots(const Graph& graph);

// What leads to an object from nowhere: "(unreachable) app.Node".
GeneralLabel outside_label(const Graph& graph, std::string_view why, NodeId id);

// By frame of a thread: ": app.py handle()".
std::unordered_map<NodeId, GeneralLabel> frame_labels(const Graph& graph);

// The module.qualname of a type, builtins bare; types of one name have one.
std::string common_type_name(const Graph& graph, TypeId type);

// Whether the module of that name and that namespace is the home of an object in it: of its own
// functions and classes, and of instances of its classes. Classes that say nothing of their module
// are at home wherever they are.
bool is_home(const Graph& graph, const std::string& module, NodeId dict, NodeId id);

}  // namespace heapsnap
