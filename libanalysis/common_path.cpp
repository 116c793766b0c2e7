#include "libanalysis/common_path.h"

#include <functional>

namespace heapsnap {

CommonPath common_path(const PathTree& tree, const NodeSet& nodes) {
  PathCounts counts;
  for (const NodeId id : nodes) ++counts[tree.path_of[id]];
  return common_path(tree, counts);
}

CommonPath common_path(const PathTree& tree, const PathCounts& counts) {
  // The deepest first: parents are smaller.
  std::map<PathId, std::uint64_t, std::greater<>> below(counts.begin(), counts.end());
  std::uint64_t all = 0;
  for (const auto& [path, members] : counts) all += members;
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
