#include "libanalysis/classifiers/set_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "libanalysis/nearest.h"
#include "libanalysis/python_literal.h"
#include "libanalysis/reserved_names.h"

namespace heapsnap {
namespace {

constexpr std::uint32_t kMostNames = 100'000;  // that a mistyped one is compared with
constexpr const char* kNothing = "<Nothing>";  // the name of the empty set

std::vector<std::string> names_of(const SetKinds& kinds, KindId set) {
  std::vector<std::string> names;
  for (const std::uint32_t member : kinds.sets.members(set)) {
    names.push_back(apart_from(kNothing, kinds.name(member)));
  }
  std::ranges::sort(names);
  return names;
}

std::string set_name(const SetKinds& kinds, KindId set) {
  std::string text;
  for (const std::string& name : names_of(kinds, set)) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text.empty() ? kNothing : text;
}

// Kinds and, with each, those whose objects have it as another set; sorted.
using Alike = std::vector<std::pair<KindId, KindId>>;

Alike alike_kinds(const SetKinds& kinds) {
  Alike alike;
  for (const SpelledSet& spelled : kinds.spelled) {
    if (spelled.set >= kinds.kind_count) continue;
    alike.emplace_back(spelled.set, kinds.set_of[spelled.node]);
  }
  std::ranges::sort(alike);
  alike.erase(std::unique(alike.begin(), alike.end()), alike.end());
  return alike;
}

Selector equal_to(const SetKinds& kinds, const Factor& factor, KindId set) {
  std::vector<std::string> keys;
  for (const std::uint32_t member : kinds.sets.members(set)) keys.push_back(kinds.key(member));
  std::ranges::sort(keys);
  CompareSets compare{.of = factor, .comparison = Comparison::kEqual};
  for (const std::string& key : keys) compare.names.push_back(exactly(key));
  return {std::move(compare)};
}

// Objects of a kind that is alike compare equal to this one too, and are taken away. None of this kind
// goes with them: the other set of an object has more attributes or fewer items than its own, so that
// no two kinds are alike in both directions.
Selector set_selector(const SetKinds& kinds, const Alike& alike, const Factor& factor,
                      KindId set) {
  Sum sum{.of = {}, .minus = {false}};
  sum.of.push_back(equal_to(kinds, factor, set));
  auto at = std::ranges::lower_bound(alike, std::pair(set, KindId{0}));
  for (; at != alike.end() && at->first == set; ++at) {
    sum.of.push_back(equal_to(kinds, factor, at->second));
    sum.minus.push_back(true);
  }
  return sum.of.size() == 1 ? std::move(sum.of[0]) : Selector{std::move(sum)};
}

// For each member the names that it is called by, as indices.
using Called = std::vector<std::vector<std::uint32_t>>;

struct Covering {
  bool members = true;  // each has one of the names
  bool names = true;    // each has a member
};

Covering covering(std::span<const std::uint32_t> members, const Called& called,
                  std::size_t name_count) {
  Covering result;
  std::vector<bool> met(name_count);
  for (const std::uint32_t member : members) {
    result.members &= !called[member].empty();
    for (const std::uint32_t name : called[member]) met[name] = true;
  }
  result.names = std::ranges::all_of(met, [](bool is_met) { return is_met; });
  return result;
}

bool holds(Comparison comparison, const Covering& is) {
  const bool equal = is.members && is.names;
  switch (comparison) {
    case Comparison::kEqual: return equal;
    case Comparison::kNotEqual: return !equal;
    case Comparison::kAtMost: return is.members;
    case Comparison::kAtLeast: return is.names;
    case Comparison::kLess: return is.members && !equal;
    case Comparison::kMore: return is.names && !equal;
  }
  return false;
}

// The classifier whose kinds have the names that may stand behind a test.
std::string classifier_of(const std::string& test) {
  if (test == "class") return "type";
  if (test == "rcs") return "clodo";
  return test.starts_with("rcs(") ? test.substr(4, test.size() - 5) : test;
}

// What there is, if that is little; else where to look.
std::string what_there_is(const std::string& test, const std::vector<std::string>& names) {
  constexpr std::size_t kFew = 8;
  if (names.size() > kFew) {
    return fmt::format("; hist --by {} -n 0 has all names", classifier_of(test));
  }
  std::string text;
  for (const std::string& name : names) text += fmt::format("{} '{}'", text.empty() ? "" : ",", name);
  return "; there is" + (text.empty() ? " none" : text);
}

std::string nothing_called(const Glob& name, const std::string& what) {
  return fmt::format("nothing in this snapshot is called '{}' by {}", name.pieces.front(), what);
}

// `['name']` for `.name` and the other way round; empty: it is neither.
std::string other_spelling(const std::string& label) {
  const std::string_view text = label;
  if (text.starts_with('.')) return fmt::format("[{}]", quoted(text.substr(1)));
  if (text.size() < 5 || !(text.starts_with("['") && text.ends_with("']"))) return "";
  return fmt::format(".{}", text.substr(2, text.size() - 4));
}

tl::unexpected<Error> no_member(const SetKinds& kinds, const CompareSets& compare,
                                const Glob& name) {
  const std::string other =
      compare.of.name == "via" ? other_spelling(name.pieces.front()) : std::string();
  std::vector<bool> occurs(kinds.member_count);
  for (KindId set = 0; set < kinds.sets.size(); ++set) {
    for (const std::uint32_t member : kinds.sets.members(set)) occurs[member] = true;
  }
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < kinds.member_count && names.size() < kMostNames; ++i) {
    if (!occurs[i]) continue;
    names.push_back(kinds.key(i));
    if (names.back() == other) {
      return failure(ErrorCode::kUsage, fmt::format("{}, did you mean '{}'?",
                                                    nothing_called(name, "via"), other));
    }
  }
  return no_such_name(to_text({compare.of}), name, names);
}

Result<Called> called_by(const SetKinds& kinds, const CompareSets& compare) {
  Called called(kinds.member_count);
  for (std::uint32_t i = 0; i < compare.names.size(); ++i) {
    const Glob& name = compare.names[i];
    bool occurs = false;
    for (std::uint32_t member = 0; member < kinds.member_count; ++member) {
      if (!kinds.is_called(member, name)) continue;
      called[member].push_back(i);
      occurs = true;
    }
    if (!occurs && name.is_plain()) return no_member(kinds, compare, name);
  }
  return called;
}

}  // namespace

Result<SetKinds> set_kinds(const Heap& heap, const NodeSet& nodes, const Factor& factor) {
  if (factor.name == "rcs") return referrer_kinds(heap, nodes, factor);
  return edge_label_kinds(heap.graph(), nodes);
}

Classification classification_of(SetKinds kinds, const Factor& factor) {
  const auto alike = std::make_shared<const Alike>(alike_kinds(kinds));
  Classification result(std::move(kinds.set_of), kinds.kind_count);
  kinds.spelled.clear();
  const auto shared = std::make_shared<const SetKinds>(std::move(kinds));
  result.name_kinds(
      {.name = [shared](KindId kind) { return set_name(*shared, kind); },
       .selector =
           [shared, alike, factor](KindId kind) {
             return set_selector(*shared, *alike, factor, kind);
           }});
  return result;
}

Result<NodeSet> compare_sets(const SetKinds& kinds, const CompareSets& compare) {
  const Result<Called> called = called_by(kinds, compare);
  if (!called) return tl::unexpected(called.error());
  std::vector<bool> holds_for(kinds.sets.size());
  for (KindId set = 0; set < kinds.sets.size(); ++set) {
    const auto is = covering(kinds.sets.members(set), *called, compare.names.size());
    holds_for[set] = holds(compare.comparison, is);
  }
  NodeSet result(static_cast<NodeId>(kinds.set_of.size()));
  for (NodeId id = 0; id < result.universe(); ++id) {
    if (kinds.set_of[id] != kNoKind && holds_for[kinds.set_of[id]]) result.insert(id);
  }
  for (const SpelledSet& spelled : kinds.spelled) {
    if (compare.comparison == Comparison::kNotEqual) {
      if (!holds_for[spelled.set]) result.erase(spelled.node);
    } else if (holds_for[spelled.set]) {
      result.insert(spelled.node);
    }
  }
  return result;
}

tl::unexpected<Error> no_such_name(const std::string& what, const Glob& name,
                                   const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string& typed = name.pieces.front();
  std::string hint = did_you_mean(typed, views);
  if (hint.empty()) hint = what_there_is(what, names);
  return failure(ErrorCode::kUsage, nothing_called(name, what) + hint);
}

}  // namespace heapsnap
