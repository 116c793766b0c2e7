#include "libanalysis/changing_chains.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace heapsnap {
namespace {

// The steps of one head, by their types.
using Heads = std::vector<std::size_t>;

bool is_link(const GrowthStep& step) { return step.folds && !step.label.many && step.parent != 0; }

// By the path that they share, the steps from which a chain hangs.
std::map<std::string, Heads> heads_of_chains(const PathGrowth& growth) {
  std::vector<bool> is_head(growth.steps().size());
  for (const GrowthStep& step : growth.steps()) {
    if (is_link(step)) is_head[step.parent] = true;
  }
  std::map<std::string, Heads> heads;
  for (std::size_t id = 1; id < is_head.size(); ++id) {
    if (is_head[id] && !growth.steps()[id].folds) heads[growth.text(id)].push_back(id);
  }
  return heads;
}

bool are_one_object(const PathGrowth& growth, const Heads& heads, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i <= to; ++i) {
    std::uint64_t count = 0;
    for (const std::size_t id : heads) count += growth.steps()[id].own[i].count;
    if (count != 1) return false;
  }
  return true;
}

Holder chain_below(const PathGrowth& growth, const Heads& heads, std::size_t from, std::size_t to) {
  const std::vector<GrowthStep>& steps = growth.steps();
  Holder chain{.series = std::vector<Measure>(growth.snapshots())};
  std::vector<bool> is_below(steps.size());
  std::vector<bool> is_of_chain(steps.size());
  for (const std::size_t head : heads) {
    is_below[head] = true;
    if (steps[head].own[to].count > 0) chain.container = head;
    for (std::size_t i = 0; i < chain.series.size(); ++i) {
      chain.series[i].shallow += steps[head].total[i].shallow;
    }
  }
  std::vector<std::size_t> links;
  for (std::size_t id = 1; id < steps.size(); ++id) {
    const bool is_head = is_below[id];
    if (!is_head && !is_below[steps[id].parent]) continue;
    is_below[id] = true;
    chain.steps.push_back(id);
    // Also what hangs at a link by the same label: a link of another type, which need not fold.
    is_of_chain[id] = !is_head && (is_link(steps[id]) ||
                                   (is_of_chain[steps[id].parent] &&
                                    steps[id].label.text == steps[steps[id].parent].label.text));
    if (!is_of_chain[id]) continue;
    links.push_back(id);
    for (std::size_t i = 0; i < chain.series.size(); ++i) chain.series[i].count += steps[id].own[i].count;
  }
  chain.type = main_type_of_chain(growth, links, from, to);
  for (const std::size_t id : links) {
    if (steps[id].type != chain.type) continue;
    if (chain.elements == 0 || growth.text(id) < growth.text(chain.elements)) chain.elements = id;
  }
  chain.path = growth.text(chain.elements);
  chain.count_growth = std::int64_t(chain.series[to].count) - std::int64_t(chain.series[from].count);
  chain.byte_growth = std::int64_t(chain.series[to].shallow) - std::int64_t(chain.series[from].shallow);
  return chain;
}

}  // namespace

std::vector<Holder> changing_chains(const PathGrowth& growth, std::size_t from, std::size_t to) {
  std::vector<Holder> chains;
  for (const auto& [path, heads] : heads_of_chains(growth)) {
    if (heads.size() < 2 || !are_one_object(growth, heads, from, to)) continue;
    chains.push_back(chain_below(growth, heads, from, to));
  }
  return chains;
}

}  // namespace heapsnap
