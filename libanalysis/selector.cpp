// Selectors as text, and their equality.
#include "libanalysis/selector.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "libanalysis/classifier.h"
#include "libanalysis/selector_parser.h"
#include "libanalysis/selector_scanner.h"

namespace heapsnap {

Selectors::Selectors() = default;
Selectors::Selectors(std::vector<Selector> selectors)
    : std::vector<Selector>(std::move(selectors)) {}
Selectors::Selectors(std::initializer_list<Selector> selectors)
    : std::vector<Selector>(selectors) {}
Selectors::Selectors(const Selectors& other) = default;
Selectors::Selectors(Selectors&& other) noexcept = default;
Selectors& Selectors::operator=(const Selectors& other) = default;
Selectors& Selectors::operator=(Selectors&& other) noexcept = default;
Selectors::~Selectors() = default;

bool Factor::operator==(const Factor& other) const {
  return name == other.name && by == other.by && alternatives == other.alternatives;
}
bool Selector::operator==(const Selector& other) const { return what == other.what; }
bool Apply::operator==(const Apply& other) const {
  return function == other.function && to == other.to;
}
bool Follow::operator==(const Follow& other) const {
  return from == other.from && label == other.label;
}
bool ReachableFrom::operator==(const ReachableFrom& other) const {
  return from == other.from && bound == other.bound && limit == other.limit;
}
bool Complement::operator==(const Complement& other) const { return of == other.of; }
bool Intersection::operator==(const Intersection& other) const { return of == other.of; }
bool Sum::operator==(const Sum& other) const { return of == other.of && minus == other.minus; }

Selector both(Selector a, Selector b) {
  if (a == Selector{NamedSet::kAll}) return b;
  if (b == Selector{NamedSet::kAll}) return a;
  Intersection chain;
  for (Selector* part : {&a, &b}) {
    if (auto* inner = std::get_if<Intersection>(&part->what)) {
      std::ranges::move(inner->of, std::back_inserter(chain.of));
    } else {
      chain.of.push_back(std::move(*part));
    }
  }
  return {std::move(chain)};
}

std::string number_text(std::uint64_t value) {
  constexpr std::pair<int, char> kUnits[] = {{30, 'G'}, {20, 'M'}, {10, 'k'}};
  for (const auto& [shift, unit] : kUnits) {
    if (value != 0 && value % (std::uint64_t{1} << shift) == 0) {
      return fmt::format("{}{}", value >> shift, unit);
    }
  }
  return fmt::to_string(value);
}

namespace {

// How tightly a selector binds: an operand is put in parentheses if it binds less tightly than
// its place asks for.
enum class Binding { kSum, kIntersection, kComplement };

std::string text_in(const Selector& selector, Binding place);

std::string text(NamedSet set) { return std::string(word_of(set)); }
std::string text(const AtAddress& at) { return fmt::format("@{:#x}", at.address); }
std::string text(const ListedIn& in) { return "file:" + name_text(exactly(in.path)); }
std::string text(const OfKind& of) { return to_text({of.of}) + ':' + name_text(of.name); }
std::string text(const ReferredVia& via) { return "via:" + label_glob_text(via.label); }

std::string text(const Compare& compare) {
  return fmt::format("{}{}{}", word_of(compare.quantity), word_of(compare.comparison),
                     number_text(compare.value));
}

std::string text(const Between& between) {
  std::string range = between.from ? number_text(*between.from) : "";
  if (between.from != between.to) range += "..";
  if (between.to && between.from != between.to) range += number_text(*between.to);
  return fmt::format("{}:{}", word_of(between.quantity), range);
}

std::string text(const CompareSets& sets) {
  std::string names;
  for (const Glob& name : sets.names) {
    if (!names.empty()) names += ", ";
    names += sets.of.name == "via" ? label_glob_text(name) : name_text(name);
  }
  return fmt::format("{}{}{{{}}}", to_text({sets.of}), word_of(sets.comparison), names);
}

std::string text(const AllocatedAt& at) {
  std::string text = name_text(at.file);
  const bool bare = text.front() != '\'' && text.front() != '"';
  if (bare && text.find(':') != text.npos) text = '\'' + text + '\'';
  if (at.first_line) text += fmt::format(":{}", *at.first_line);
  if (at.last_line != at.first_line) text += fmt::format("-{}", *at.last_line);
  return "alloc:" + text;
}

std::string text(const Apply& apply) {
  return fmt::format("{}({})", word_of(apply.function), text_in(apply.to[0], Binding::kSum));
}

std::string text(const Follow& follow) {
  return fmt::format("follow({}, {})", text_in(follow.from[0], Binding::kSum),
                     label_glob_text(follow.label));
}

std::string text(const ReachableFrom& reachable) {
  std::string limit;
  if (reachable.bound != Bound::kNone) {
    limit = fmt::format(", {} {}", reachable.bound == Bound::kAvoid ? "avoid" : "until",
                        text_in(reachable.limit[0], Binding::kSum));
  }
  return fmt::format("reachable({}{})", text_in(reachable.from[0], Binding::kSum), limit);
}

std::string text(const Complement& complement) {
  return '!' + text_in(complement.of[0], Binding::kComplement);
}

std::string text(const Intersection& intersection) {
  std::string text;
  for (const Selector& operand : intersection.of) {
    if (!text.empty()) text += " & ";
    text += text_in(operand, Binding::kComplement);
  }
  return text;
}

std::string text(const Sum& sum) {
  std::string text;
  for (std::size_t i = 0; i < sum.of.size(); ++i) {
    if (i > 0) text += sum.minus[i] ? " - " : " | ";
    text += text_in(sum.of[i], Binding::kIntersection);
  }
  return text;
}

Binding binding_of(const Selector& selector) {
  if (std::holds_alternative<Sum>(selector.what)) return Binding::kSum;
  return std::holds_alternative<Intersection>(selector.what) ? Binding::kIntersection
                                                             : Binding::kComplement;
}

std::string text_in(const Selector& selector, Binding place) {
  std::string whole = std::visit([](const auto& what) { return text(what); }, selector.what);
  return binding_of(selector) < place ? '(' + whole + ')' : whole;
}

std::string factor_text(const Factor& factor) {
  std::string inside;
  for (const Selector& alternative : factor.alternatives) {
    if (!inside.empty()) inside += "; ";
    inside += to_text(alternative);
  }
  if (!factor.by.empty()) inside = to_text(factor.by);
  return inside.empty() ? factor.name : fmt::format("{}({})", factor.name, inside);
}

}  // namespace

std::string to_text(const Selector& selector) { return text_in(selector, Binding::kSum); }

std::string to_text(const std::vector<Factor>& factors) {
  std::string text;
  for (const Factor& factor : factors) {
    if (!text.empty()) text += ',';
    text += factor_text(factor);
  }
  return text;
}

}  // namespace heapsnap
