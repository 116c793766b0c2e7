// PathTree says where each object of a heap hangs: at the end of its shortest path from what keeps
// it alive, in general form, so that 50,000 sessions of one registry hang at one place.
//
//     const PathTree tree = path_tree(graph);
//     const PathId path = tree.path_of[id];
//     path_text(tree, path)                        // app.registry._live[*]
//     tree.steps[path].own.count                   // 50000
//
// A path is a step down from its parent: a general label (general_labels.h) and a type by its name.
// Two snapshots, of one process or of two, put an object at the same path as long as the same things
// lead to it: no address decides, nor the order of addresses.
// - Modules come first, all of them at once, under the names they have in sys.modules; then what
//   else interpreters hold, threads, static types, immortal objects, what C code holds, and what
//   none of these lead to. What is reached from one of these belongs to none of those behind it:
//   a session that a module's registry and a running function hold hangs at the registry.
// - The nearest module has it; of those equally near, the one that is the home of the object (whose
//   name the object's type, class or function has for its module), else the first in sys.modules,
//   and then the path that reads first, label by label (reads_before).
// - A `__dict__` is no step: what is in it is one step from its owner, on every version.
// - A path in which a label and type come again folds: the nodes of a linked list are two places,
//   the first and `(.next)*`. Attributes fold at once, items when they nest more than three deep.
// - Frames have their file's last part and function, no line; threads their name, without digits.
//   Garbage hangs below its classes: those of the program first, in the order of their names.
//
// One breadth-first search: O(V + E) and the sorting of the paths; 9 bytes a node.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/general_labels.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"
#include "libanalysis/node_set.h"
#include "libanalysis/partition.h"

namespace heapsnap {

using PathId = std::uint32_t;

inline constexpr PathId kTopPath = 0;  // of the virtual root

struct PathStep {
  PathId parent = kTopPath;
  GeneralLabelId label = 0;
  TypeId type = kNoType;  // of several types of one name, the first
  bool folds = false;     // paths that come to the same step again end here
  Measure own = {};       // objects that hang here
  std::uint64_t references = 0;  // that these have
};

struct PathTree {
  std::vector<PathStep> steps = {};  // by PathId; parents come first
  std::vector<GeneralLabel> labels = {};
  Array<PathId> path_of = {};  // by node
};

PathTree path_tree(const Graph& graph);

// Counts anew what hangs at each path: of these objects alone. They hang where they hung. O(nodes).
void narrow(PathTree& tree, const Graph& graph, const NodeSet& objects);

// The path as Python, where it can be; empty at the top.
std::string path_text(const PathTree& tree, PathId path);

}  // namespace heapsnap
