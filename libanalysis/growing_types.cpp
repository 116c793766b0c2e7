#include "libanalysis/growing_types.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

namespace heapsnap {
namespace {

std::int64_t count_growth(const GrowthStep& step, std::size_t from, std::size_t to) {
  return std::int64_t(step.own[to].count) - std::int64_t(step.own[from].count);
}

bool is_builtin(const std::string& type) { return type.find('.') == type.npos; }

// The steps of a type, from which objects of it hang or hung.
using Places = std::vector<std::size_t>;

std::map<std::string, Places> places_by_type(const PathGrowth& growth,
                                             const std::vector<bool>& explained) {
  std::map<std::string, Places> places;
  for (std::size_t id = 1; id < growth.steps().size(); ++id) {
    const GrowthStep& step = growth.steps()[id];
    if (!explained[id] && !step.is_structure && !is_builtin(step.type)) {
      places[step.type].push_back(id);
    }
  }
  return places;
}

// Of those with at least half as much growth as the one with most, the one that reads first: which
// has most is a matter of the moment.
std::size_t main_place(const PathGrowth& growth, const Places& places, std::size_t from,
                       std::size_t to) {
  const auto grown = [&](std::size_t id) { return count_growth(growth.steps()[id], from, to); };
  const std::int64_t most = grown(*std::ranges::max_element(places, {}, grown));
  std::size_t first = 0;
  for (const std::size_t id : places) {
    if (grown(id) != most && 2 * grown(id) < most) continue;
    if (first == 0 || growth.text(id) < growth.text(first)) first = id;
  }
  return first;
}

// Those places and all steps below, which are not explained.
Places with_all_below(const PathGrowth& growth, const Places& places,
                      const std::vector<bool>& explained) {
  std::vector<bool> is_below(growth.steps().size());
  for (const std::size_t id : places) is_below[id] = true;
  Places all;
  for (std::size_t id = 1; id < is_below.size(); ++id) {
    is_below[id] = !explained[id] && (is_below[id] || is_below[growth.steps()[id].parent]);
    if (is_below[id]) all.push_back(id);
  }
  return all;
}

Holder holder_of(const PathGrowth& growth, const std::string& type, const Places& places,
                 std::size_t from, std::size_t to) {
  Holder holder{.type = type, .series = std::vector<Measure>(growth.snapshots())};
  for (const std::size_t id : places) {
    for (std::size_t i = 0; i < holder.series.size(); ++i) {
      holder.series[i].count += growth.steps()[id].own[i].count;
    }
  }
  holder.elements = main_place(growth, places, from, to);
  holder.container = growth.steps()[holder.elements].parent;
  holder.path = growth.text(holder.elements);
  holder.count_growth =
      std::int64_t(holder.series[to].count) - std::int64_t(holder.series[from].count);
  return holder;
}

void add_bytes(const PathGrowth& growth, std::size_t from, std::size_t to, Holder& holder) {
  for (const std::size_t id : holder.steps) {
    for (std::size_t i = 0; i < holder.series.size(); ++i) {
      holder.series[i].shallow += growth.steps()[id].own[i].shallow;
    }
  }
  holder.byte_growth =
      std::int64_t(holder.series[to].shallow) - std::int64_t(holder.series[from].shallow);
}

bool rises(const Holder& holder, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if (holder.series[i + 1].count <= holder.series[i].count) return false;
  }
  return true;
}

}  // namespace

std::vector<Holder> growing_types(const PathGrowth& growth, std::size_t from, std::size_t to,
                                  const std::vector<bool>& explained) {
  std::vector<Holder> types;
  if (to - from < kFewestStepsOfTypes) return types;
  for (const auto& [type, places] : places_by_type(growth, explained)) {
    Holder holder = holder_of(growth, type, places, from, to);
    if (!rises(holder, from, to)) continue;
    holder.steps = with_all_below(growth, places, explained);
    add_bytes(growth, from, to, holder);
    types.push_back(std::move(holder));
  }
  std::ranges::sort(types, {}, &Holder::elements);
  return types;
}

}  // namespace heapsnap
