// PathGrowth puts the path trees of several snapshots over each other: how many objects hung at each
// path in each of them, and how many bytes.
//
//     PathGrowth growth;
//     growth.add(old_graph, old_tree);              // in the order of time; may then be forgotten
//     growth.add(new_graph, new_tree);
//     growth.steps()[i].total[1].shallow - growth.steps()[i].total[0].shallow
//
// Steps are the same if their labels, their types' names and their parents are. The totals of a
// step are its own and those of the steps below it, so that the top has those of the snapshots.
// O(paths) a snapshot, whatever the number of objects.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "libanalysis/general_labels.h"
#include "libanalysis/graph.h"
#include "libanalysis/partition.h"
#include "libanalysis/path_tree.h"

namespace heapsnap {

struct GrowthStep {
  std::size_t parent = 0;
  GeneralLabel label = {};
  std::string type = {};
  bool folds = false;         // in any of the snapshots
  bool is_structure = false;  // a thread or a frame: no object
  std::vector<Measure> own = {};               // by snapshot
  std::vector<std::uint64_t> references = {};  // likewise
  std::vector<Measure> total = {};             // likewise
};

class PathGrowth {
 public:
  PathGrowth();

  void add(const Graph& graph, const PathTree& tree);

  std::size_t snapshots() const { return snapshots_; }
  // The first is the top; parents come first.
  const std::vector<GrowthStep>& steps() const { return steps_; }
  // Of the last snapshot added, the step of each path.
  const std::vector<std::size_t>& step_of_path() const { return step_of_path_; }
  std::string text(std::size_t step) const;  // as path_text

 private:
  std::size_t find_or_add(std::size_t parent, const GeneralLabel& label, std::string type);

  std::size_t snapshots_ = 0;
  std::vector<GrowthStep> steps_;
  std::unordered_map<std::string, std::size_t> ids_;  // by parent, label and type
  std::vector<std::size_t> step_of_path_;
};

}  // namespace heapsnap
