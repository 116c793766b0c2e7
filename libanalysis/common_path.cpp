#include "libanalysis/common_path.h"

#include <functional>
#include <map>

namespace heapsnap {

CommonPath common_path(const PathTree& tree, const NodeSet& nodes) {
  std::map<PathId, std::uint64_t, std::greater<>> below;  // the deepest first: parents are smaller
  std::uint64_t all = 0;
  for (const NodeId id : nodes) {
    ++below[tree.path_of[id]];
    ++all;
  }
  // Each path gives its members up to its parent, unless most of all are among them.
  while (!below.empty()) {
    const auto [path, members] = *below.begin();
    if (path == kTopPath || 2 * members > all) return {path, members};
    below.erase(below.begin());
    below[tree.steps[path].parent] += members;
  }
  return {};
}

}  // namespace heapsnap
