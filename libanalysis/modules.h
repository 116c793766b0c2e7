// The modules of the process: every module object of the heap, with its name and its file.
#pragma once

#include <string>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

struct ModuleInfo {
  NodeId node = kNoNode;
  NodeId dict = kNoNode;
  std::string name = {};  // __name__; empty: the snapshot lacks it
  std::string file = {};  // __file__; empty: built in, or the snapshot lacks it
};

std::vector<ModuleInfo> list_modules(const Graph& graph);  // by node

}  // namespace heapsnap
