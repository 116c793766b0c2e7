#include "libanalysis/growth_tree.h"

#include <algorithm>
#include <map>

#include "libanalysis/tree_order.h"

namespace heapsnap {
namespace {

// The steps that are shown, each with those below it. Only steps on the way to holders are looked at.
using Below = std::map<std::size_t, std::vector<std::size_t>, std::greater<>>;

// Ways that nothing branches off from are one row.
Below shown_steps(const PathGrowth& growth, const std::map<std::size_t, const Holder*>& holders) {
  Below open, shown;  // the deepest steps first: parents have smaller numbers
  for (const auto& [step, holder] : holders) open.try_emplace(step);
  while (!open.empty()) {
    auto [step, below] = *open.begin();
    open.erase(open.begin());
    const bool is_row = step == 0 || holders.contains(step) || below.size() > 1;
    if (is_row) shown[step] = below;
    if (step == 0) break;
    std::vector<std::size_t>& above = open[growth.steps()[step].parent];
    if (is_row) {
      above.push_back(step);
    } else {
      above.insert(above.end(), below.begin(), below.end());
    }
  }
  return shown;
}

}  // namespace

GrowthTree growth_tree(const PathGrowth& growth, const std::vector<Holder>& holders,
                       std::size_t from, std::size_t to, std::size_t limit) {
  GrowthTree tree;
  std::map<std::size_t, const Holder*> by_step;
  const std::size_t count = limit == 0 ? holders.size() : std::min(limit, holders.size());
  for (std::size_t i = 0; i < count; ++i) by_step.try_emplace(holders[i].container, &holders[i]);
  tree.hidden = holders.size() - count;
  const Below shown = shown_steps(growth, by_step);
  const auto grown = [&](std::size_t step) {
    const std::vector<Measure>& total = growth.steps()[step].total;
    return std::int64_t(total[to].shallow) - std::int64_t(total[from].shallow);
  };
  struct Pending {
    std::size_t step, parent, depth;
  };
  std::vector<Pending> pending;
  const auto add_below = [&](std::size_t step, std::size_t parent, std::size_t depth) {
    const auto at = shown.find(step);
    if (at == shown.end()) return;
    std::vector<std::size_t> below = at->second;
    std::ranges::sort(below, [&](std::size_t a, std::size_t b) {
      if (grown(a) != grown(b)) return grown(a) < grown(b);
      return growth.text(a) > growth.text(b);
    });
    for (const std::size_t one : below) pending.push_back({one, parent, depth});  // the last first
  };
  add_below(0, kNoRow, 0);
  while (!pending.empty()) {
    const Pending next = pending.back();
    pending.pop_back();
    const auto holder = by_step.find(next.step);
    const std::size_t prefix =
        next.parent == kNoRow ? 0 : growth.text(tree.rows[next.parent].step).size();
    const std::string text = holder == by_step.end() ? growth.text(next.step) : holder->second->path;
    tree.rows.push_back({.step = next.step,
                         .parent = next.parent,
                         .depth = next.depth,
                         .text = text.substr(std::min(prefix, text.size())),
                         .holder = holder == by_step.end() ? nullptr : holder->second,
                         .series = growth.steps()[next.step].total});
    add_below(next.step, tree.rows.size() - 1, next.depth + 1);
  }
  if (const auto modules = by_step.find(0); modules != by_step.end()) {
    const Holder& holder = *modules->second;
    tree.rows.push_back(
        {.parent = kNoRow, .text = holder.path, .holder = &holder, .series = holder.series});
  }
  return tree;
}

}  // namespace heapsnap
