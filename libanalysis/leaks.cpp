#include "libanalysis/leaks.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libanalysis/changing_chains.h"
#include "libanalysis/growing_types.h"
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

constexpr std::string_view kUnreachable = "(unreachable)";

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
  const bool is_garbage = holder.path.starts_with(kUnreachable);
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

class Judge {
 public:
  Judge(const PathGrowth& growth, std::size_t from, const LeakOptions& options)
      : growth_(growth),
        from_(from),
        to_(growth.snapshots() - 1),
        options_(options),
        holders_(growth.steps().size()),
        explained_(growth.steps().size()) {}

  Leaks judge() {
    std::set<std::string> seen;  // the containers of what has grown in every step
    for (Holder& holder : find_holders(growth_, from_, to_)) {
      const std::string container = growth_.text(holder.container);
      if (take(holder)) seen.insert(container);
    }
    for (Holder& chain : changing_chains(growth_, from_, to_)) {
      if (!seen.contains(growth_.text(chain.container))) take(chain);
    }
    // What was not there at first was new as a whole, whatever it has gained since.
    if (to_ - from_ > kFewestSteps) {
      for (Holder& holder : find_holders(growth_, from_ + 1, to_)) {
        if (!holders_[holder.elements]) take(holder, Fading::kIgnored);
      }
    }
    explain_all_below();
    for (Holder& type : growing_types(growth_, from_, to_, explained_)) take_type(type);
    const auto grows_more = [](const auto& a, const auto& b) {
      return a.holder.byte_growth > b.holder.byte_growth;
    };
    std::ranges::stable_sort(leaks_.found, grows_more);
    std::ranges::stable_sort(leaks_.noise, grows_more);
    return std::move(leaks_);
  }

 private:
  // What fades is listed once, where it is a holder's.
  enum class Fading { kListed, kIgnored };

  // False: it has not grown in every step.
  bool take(Holder& holder, Fading fading = Fading::kListed) {
    const std::optional<Numbers> numbers = rising(holder, from_);
    if (!numbers) return false;
    std::string_view reason = reason_to_ignore(growth_, holder, from_, options_);
    if (reason.empty() && fades(*numbers)) reason = kFades;
    if (reason == kFades && fading == Fading::kIgnored) return false;
    for (const std::size_t id : holder.steps) {
      holders_[id] = true;
      if (reason != kFades) explained_[id] = true;
    }
    if (!reason.empty()) {
      leaks_.noise.push_back({std::move(holder), reason});
    } else {
      std::string name = signature(holder.path, holder.type);
      leaks_.found.push_back({std::move(holder), std::move(name)});
    }
    return true;
  }

  // Unless it comes with another one, below which it hangs.
  void take_type(Holder& type) {
    if (explained_[type.elements]) return;
    const std::size_t found = leaks_.found.size();
    const std::string name = type.type;
    take(type, Fading::kIgnored);
    if (leaks_.found.size() != found) drop_fading(name);
  }

  // Also what the collector, if it is on, has still to come for.
  void explain_all_below() {
    const std::vector<GrowthStep>& steps = growth_.steps();
    for (std::size_t id = 1; id < steps.size(); ++id) {
      const bool is_garbage =
          steps[id].parent == 0 && steps[id].label.text.starts_with(kUnreachable);
      if (explained_[steps[id].parent] || (is_garbage && options_.collector_on)) {
        explained_[id] = true;
      }
    }
  }

  // What seems to fade is a part of a type that does not.
  void drop_fading(const std::string& type) {
    std::erase_if(leaks_.noise, [&](const Noise& noise) {
      return noise.reason == kFades && noise.holder.type == type;
    });
  }

  const PathGrowth& growth_;
  const std::size_t from_, to_;
  const LeakOptions& options_;
  std::vector<bool> holders_;    // by step: it is one of a holder that has grown in every step
  std::vector<bool> explained_;  // likewise, and not one of those whose growth fades
  Leaks leaks_;
};

}  // namespace

Leaks find_leaks(const PathGrowth& growth, const LeakOptions& options) {
  const std::size_t all = growth.snapshots() > 0 ? growth.snapshots() - 1 : 0;
  const std::size_t steps = options.steps == 0 ? all : std::min(options.steps, all);
  if (steps < kFewestSteps) return {};
  return Judge(growth, all - steps, options).judge();
}

bool is_collector_on(const Graph& graph) { return graph.provenance().text("collector") == "on"; }

}  // namespace heapsnap
