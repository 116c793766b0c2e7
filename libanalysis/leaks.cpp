#include "libanalysis/leaks.h"

#include <algorithm>
#include <utility>

#include "libanalysis/noise_rules.h"
#include "libanalysis/signature.h"

namespace heapsnap {
namespace {

constexpr std::size_t kFewestSteps = 2;
constexpr std::string_view kFades =
    "fading: the later steps add less than half of what the earlier ones did";
constexpr std::string_view kGarbage =
    "garbage that the collector, which is on, has still to come for; call gc.collect() before a capture";

using Numbers = std::vector<std::uint64_t>;

bool rises(const Numbers& numbers) {
  return std::ranges::adjacent_find(numbers, std::ranges::greater_equal()) == numbers.end();
}

// What one step adds in the middle belongs to neither half.
bool fades(const Numbers& numbers) {
  const std::size_t half = (numbers.size() - 1) / 2;
  const std::uint64_t early = numbers[half] - numbers.front();
  const std::uint64_t late = numbers.back() - numbers[numbers.size() - 1 - half];
  return 2 * late < early;
}

Numbers counts(const Holder& holder, std::size_t from) {
  Numbers numbers;
  for (std::size_t i = from; i < holder.series.size(); ++i) numbers.push_back(holder.series[i].count);
  return numbers;
}

Numbers bytes(const Holder& holder, std::size_t from) {
  Numbers numbers;
  for (std::size_t i = from; i < holder.series.size(); ++i) numbers.push_back(holder.series[i].shallow);
  return numbers;
}

}  // namespace

Leaks find_leaks(const PathGrowth& growth, const LeakOptions& options) {
  Leaks leaks;
  const std::size_t all = growth.snapshots() > 0 ? growth.snapshots() - 1 : 0;
  const std::size_t steps = options.steps == 0 ? all : std::min(options.steps, all);
  if (steps < kFewestSteps) return leaks;
  const std::size_t from = all - steps;
  for (Holder& holder : find_holders(growth, from, all)) {
    if (holder.growth == Growth::kNew) continue;
    Numbers numbers = counts(holder, from);
    if (!rises(numbers) && holder.growth == Growth::kInPlace) numbers = bytes(holder, from);
    if (!rises(numbers)) continue;
    const NoiseRule* const rule = find_noise_rule(holder.path, holder.type);
    if (rule != nullptr) {
      leaks.noise.push_back({std::move(holder), rule->reason});
    } else if (fades(numbers)) {
      leaks.noise.push_back({std::move(holder), kFades});
    } else if (options.collector_on && holder.path.starts_with("(unreachable)")) {
      leaks.noise.push_back({std::move(holder), kGarbage});
    } else {
      std::string name = signature(holder.path, holder.type);
      leaks.found.push_back({std::move(holder), std::move(name)});
    }
  }
  return leaks;
}

bool is_collector_on(const Graph& graph) { return graph.provenance().text("collector") == "on"; }

}  // namespace heapsnap
