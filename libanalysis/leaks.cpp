#include "libanalysis/leaks.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "libanalysis/changing_chains.h"
#include "libanalysis/noise_rules.h"
#include "libanalysis/signature.h"

namespace heapsnap {
namespace {

constexpr std::size_t kFewestSteps = 2;
constexpr std::string_view kFades =
    "fading: the later steps add less than half of what the earlier ones did";
constexpr std::string_view kImports = "modules that the import system found: each comes once";
constexpr std::string_view kGarbage =
    "garbage that the collector, which is on, has still to come for; call gc.collect() before a capture";

// By bytes alone a text grows by what a longer number in it takes.
constexpr std::int64_t kLeastBytes = 512;

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

// Most modules that came have a ModuleSpec: the import system found them. What is made by hand, as
// types.ModuleType(name), comes again and again.
bool are_imports(const PathGrowth& growth, const Holder& holder, std::size_t from) {
  std::int64_t specs = 0;
  for (const std::size_t id : holder.steps) {
    const GrowthStep& step = growth.steps()[id];
    const bool is_of_module = step.parent != 0 && growth.steps()[step.parent].parent == 0;
    if (!is_of_module || step.label.text != ".__spec__" || !step.type.ends_with(".ModuleSpec")) continue;
    specs += std::int64_t(step.own.back().count) - std::int64_t(step.own[from].count);
  }
  return 2 * specs >= holder.count_growth;
}

// Why growth that does not end says nothing of the program; empty: it does.
std::string_view reason_to_ignore(const PathGrowth& growth, const Holder& holder, std::size_t from,
                                  const LeakOptions& options) {
  if (holder.container == 0 && holder.growth == Growth::kNames) {
    return are_imports(growth, holder, from) ? kImports : std::string_view();
  }
  const GrowthStep& container = growth.steps()[holder.container];
  const NoiseRule* const rule = find_noise_rule({.path = holder.path,
                                                 .type = holder.type,
                                                 .container = container.type,
                                                 .owner = growth.steps()[container.parent].type});
  if (rule != nullptr) return rule->reason;
  const bool is_garbage = holder.path.starts_with("(unreachable)");
  return options.collector_on && is_garbage ? kGarbage : std::string_view();
}

// Holders that have grown in every step, by what they have more of.
std::optional<Numbers> rising(const Holder& holder, std::size_t from) {
  if (holder.growth == Growth::kNew) return std::nullopt;
  Numbers numbers = counts(holder, from);
  const bool by_bytes = holder.growth == Growth::kInPlace && holder.byte_growth >= kLeastBytes;
  if (!rises(numbers) && by_bytes) numbers = bytes(holder, from);
  if (!rises(numbers)) return std::nullopt;
  return numbers;
}

}  // namespace

Leaks find_leaks(const PathGrowth& growth, const LeakOptions& options) {
  Leaks leaks;
  const std::size_t all = growth.snapshots() > 0 ? growth.snapshots() - 1 : 0;
  const std::size_t steps = options.steps == 0 ? all : std::min(options.steps, all);
  if (steps < kFewestSteps) return leaks;
  const std::size_t from = all - steps;
  const auto judge = [&](Holder& holder, const Numbers& numbers) {
    const std::string_view reason = reason_to_ignore(growth, holder, from, options);
    if (!reason.empty()) {
      leaks.noise.push_back({std::move(holder), reason});
    } else if (fades(numbers)) {
      leaks.noise.push_back({std::move(holder), kFades});
    } else {
      std::string name = signature(holder.path, holder.type);
      leaks.found.push_back({std::move(holder), std::move(name)});
    }
  };
  std::set<std::string> seen;  // the containers of what has grown in every step
  for (Holder& holder : find_holders(growth, from, all)) {
    const std::optional<Numbers> numbers = rising(holder, from);
    if (!numbers) continue;
    seen.insert(growth.text(holder.container));
    judge(holder, *numbers);
  }
  for (Holder& chain : changing_chains(growth, from, all)) {
    const std::optional<Numbers> numbers = rising(chain, from);
    if (numbers && !seen.contains(growth.text(chain.container))) judge(chain, *numbers);
  }
  const auto grows_more = [](const auto& a, const auto& b) {
    return a.holder.byte_growth > b.holder.byte_growth;
  };
  std::ranges::stable_sort(leaks.found, grows_more);
  std::ranges::stable_sort(leaks.noise, grows_more);
  return leaks;
}

bool is_collector_on(const Graph& graph) { return graph.provenance().text("collector") == "on"; }

}  // namespace heapsnap
