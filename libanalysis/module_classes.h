// What modules hold: each module object with its namespace as one class of a classification.
//
//     const ModuleClasses modules = classify_modules(graph, ModuleGroup::kPackage);
//
// A namespace is where functions and classes are found by name; what is freed with it is what the
// module keeps alive alone. O(containers).
#pragma once

#include <string>
#include <vector>

#include "libanalysis/classifier.h"
#include "libanalysis/graph.h"
#include "libanalysis/modules.h"

namespace heapsnap {

enum class ModuleGroup { kModule, kPackage };

struct ModuleClasses {
  Classification classes;           // of modules and their namespaces
  std::vector<ModuleInfo> modules;  // by kind; of a package, the one of its name if there is one
};

// Modules of one name are classes of their own; packages go by the first part of the name.
// A module without a name counts as <unnamed>.
ModuleClasses classify_modules(const Graph& graph, ModuleGroup group);

}  // namespace heapsnap
