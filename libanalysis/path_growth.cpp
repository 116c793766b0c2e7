#include "libanalysis/path_growth.h"

#include <fmt/format.h>

#include <utility>

#include "libanalysis/path_roots.h"

namespace heapsnap {

PathGrowth::PathGrowth() : steps_(1) {}

void PathGrowth::add(const Graph& graph, const PathTree& tree) {
  ++snapshots_;
  step_of_path_.assign(tree.steps.size(), 0);
  for (GrowthStep& step : steps_) {
    step.own.resize(snapshots_);
    step.references.resize(snapshots_);
  }
  for (PathId path = 1; path < tree.steps.size(); ++path) {
    const PathStep& from = tree.steps[path];
    const std::size_t parent = step_of_path_[from.parent];
    const std::size_t id =
        find_or_add(parent, tree.labels[from.label], common_type_name(graph, from.type));
    step_of_path_[path] = id;
    GrowthStep& step = steps_[id];
    step.own.back() = from.own;
    step.references.back() = from.references;
    step.folds = step.folds || from.folds;
    step.is_structure = graph.type(from.type).layout == TypeLayout::kStructure;
  }
  for (GrowthStep& step : steps_) {
    step.total.resize(snapshots_);
    step.total.back() = step.own.back();
  }
  for (std::size_t id = steps_.size(); id-- > 1;) {
    steps_[steps_[id].parent].total.back() += steps_[id].total.back();
  }
}

std::size_t PathGrowth::find_or_add(std::size_t parent, const GeneralLabel& label,
                                    std::string type) {
  const auto [at, is_new] =
      ids_.try_emplace(fmt::format("{}\n{}\n{}", parent, label.text, type), steps_.size());
  if (is_new) {
    steps_.push_back({.parent = parent, .label = label, .type = std::move(type)});
    steps_.back().own.resize(snapshots_);
    steps_.back().references.resize(snapshots_);
  }
  return at->second;
}

std::string PathGrowth::text(std::size_t step) const {
  std::vector<std::size_t> way;
  for (std::size_t at = step; at != 0; at = steps_[at].parent) way.push_back(at);
  std::string text;
  for (auto at = way.rbegin(); at != way.rend(); ++at) {
    const GrowthStep& one = steps_[*at];
    text += one.folds && one.parent != 0 ? fmt::format("({})*", one.label.text) : one.label.text;
  }
  return text;
}

}  // namespace heapsnap
