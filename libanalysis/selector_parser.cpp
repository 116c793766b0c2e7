// Recursive descent, a function a rule; docs/selectors.md has the rules. Depth is bounded, since
// the text may be anybody's: chains of one operator are one node, and only what is nested counts.
#include "libanalysis/selector_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "libanalysis/classifier.h"
#include "libanalysis/nearest.h"
#include "libanalysis/selector_scanner.h"

namespace heapsnap {
namespace {

template <class Enum>
struct Named {
  std::string_view word;
  Enum value;
};

constexpr Named<NamedSet> kSets[] = {
    {"all", NamedSet::kAll},
    {"none", NamedSet::kNone},
    {"reachable", NamedSet::kReachable},
    {"unreachable", NamedSet::kUnreachable},
    {"held-by-c", NamedSet::kHeldByC},
    {"roots", NamedSet::kRoots},
};
constexpr Named<Quantity> kQuantities[] = {
    {"size", Quantity::kSize},         {"retained", Quantity::kRetained},
    {"refcount", Quantity::kRefcount}, {"in", Quantity::kIn},
    {"out", Quantity::kOut},           {"depth", Quantity::kDepth},
};
constexpr Named<Function> kFunctions[] = {
    {"referrers", Function::kReferrers}, {"referents", Function::kReferents},
    {"dominated", Function::kDominated}, {"dominator", Function::kDominator},
    {"owners", Function::kOwners},       {"cycle", Function::kCycle},
};
// Longer signs before those that they begin with.
constexpr Named<Comparison> kComparisons[] = {
    {"==", Comparison::kEqual},   {"!=", Comparison::kNotEqual}, {"<=", Comparison::kAtMost},
    {">=", Comparison::kAtLeast}, {"<", Comparison::kLess},      {">", Comparison::kMore},
};
constexpr std::string_view kAttributes[] = {"type",    "class", "clodo",    "module",
                                            "package", "root",  "dominator"};
constexpr std::string_view kOtherWords[] = {"file", "via", "rcs", "alloc", "follow", "not"};

template <class Enum, std::size_t N>
const Named<Enum>* find(const Named<Enum> (&words)[N], std::string_view word) {
  const auto at = std::ranges::find(words, word, &Named<Enum>::word);
  return at == std::end(words) ? nullptr : at;
}

template <class Enum, std::size_t N>
std::string_view word_in(const Named<Enum> (&words)[N], Enum value) {
  return std::ranges::find(words, value, &Named<Enum>::value)->word;
}

std::vector<std::string_view> all_words() {
  std::vector<std::string_view> words(std::begin(kOtherWords), std::end(kOtherWords));
  words.insert(words.end(), std::begin(kAttributes), std::end(kAttributes));
  for (const auto& set : kSets) words.push_back(set.word);
  for (const auto& quantity : kQuantities) words.push_back(quantity.word);
  for (const auto& function : kFunctions) words.push_back(function.word);
  return words;
}

// What a word must have behind it, if any does.
const char* sign_behind(std::string_view word) {
  const bool takes_name = std::ranges::find(kAttributes, word) != std::end(kAttributes);
  if (takes_name || word == "file" || word == "alloc") return ":";
  return find(kFunctions, word) != nullptr || word == "follow" ? "(" : nullptr;
}

class Parser {
 public:
  explicit Parser(SelectorScanner& in) : in_(in) {}

  Selector sum();
  std::vector<Factor> product();

 private:
  Selector intersection();
  Selector unary();
  Selector primary();
  Selector call(std::string_view word, std::size_t at);
  Selector attribute(std::string_view word, std::size_t at);
  Selector comparison(std::string_view word, std::size_t at);
  Selector reachable_from();
  Selector allocated_at();
  Selector range(Quantity quantity);
  Selector compare_sets(Factor of);
  Factor arguments(Factor factor, Takes takes);

  // False, with a complaint, if too much is nested here. Else leave() must follow.
  bool enter() {
    if (++depth_ <= kMaxSelectorDepth) return true;
    in_.fail(fmt::format("more than {} parentheses stand inside of each other", kMaxSelectorDepth));
    return false;
  }
  void leave() { --depth_; }

  SelectorScanner& in_;
  int depth_ = 0;
};

Selectors one(Selector selector) {
  Selectors result;
  result.push_back(std::move(selector));
  return result;
}

Selector Parser::sum() {
  Selector first = intersection();
  std::string_view sign = in_.accept_operator("|-");
  if (sign.empty()) return first;
  Sum sum{.of = one(std::move(first)), .minus = {false}};
  for (; !sign.empty(); sign = in_.accept_operator("|-")) {
    sum.minus.push_back(sign == "-");
    sum.of.push_back(intersection());
  }
  return {std::move(sum)};
}

Selector Parser::intersection() {
  Selector first = unary();
  if (in_.accept_operator("&").empty()) return first;
  Intersection result{.of = one(std::move(first))};
  do {
    result.of.push_back(unary());
  } while (!in_.accept_operator("&").empty());
  return {std::move(result)};
}

Selector Parser::unary() {
  in_.skip_blanks();
  const bool is_sign = in_.peek() == '!';
  if (!is_sign && in_.peek_word() != "not") return primary();
  if (is_sign) {
    in_.expect("!", "");
  } else {
    in_.word();
  }
  if (!enter()) return {};
  Selector of = unary();
  leave();
  return {Complement{one(std::move(of))}};
}

Selector Parser::primary() {
  const std::size_t at = in_.at();
  if (in_.accept("(")) {
    if (!enter()) return {};
    Selector inside = sum();
    leave();
    in_.expect(")", "that closes the parenthesis");
    return inside;
  }
  if (in_.peek() == '@') return {AtAddress{in_.address()}};
  const std::string_view word = in_.word();
  if (word.empty()) {
    in_.fail("expected a selector such as all or type:dict");
    return {};
  }
  if (in_.peek() == '(') return call(word, at);
  if (in_.peek() == ':') return attribute(word, at);
  return comparison(word, at);
}

// What a word with a parenthesis behind it begins.
Selector Parser::call(std::string_view word, std::size_t at) {
  if (word == "rcs") return compare_sets(arguments({.name = "rcs"}, Takes::kClassifier));
  if (word == "dominator" && in_.closes_before(':')) {
    Factor of = arguments({.name = "dominator"}, Takes::kClassifier);
    in_.expect(":", "and a name");
    return {OfKind{std::move(of), in_.name()}};
  }
  const auto* const function = find(kFunctions, word);
  if (function == nullptr && word != "follow" && word != "reachable") {
    in_.fail(at, fmt::format("there is no function '{}'{}", word, did_you_mean(word, all_words())));
    return {};
  }
  in_.expect("(", "");
  if (!enter()) return {};
  Selector result;
  if (word == "reachable") {
    result = reachable_from();
  } else if (word == "follow") {
    Follow follow{.from = one(sum())};
    in_.expect(",", "and the label to follow");
    in_.skip_blanks();
    follow.label = in_.label();
    result = {std::move(follow)};
  } else if (function != nullptr) {
    result = {Apply{function->value, one(sum())}};
  }
  leave();
  in_.expect(")", fmt::format("that closes {}(", word));
  return result;
}

Selector Parser::reachable_from() {
  ReachableFrom result{.from = one(sum())};
  if (!in_.accept(",")) return {std::move(result)};
  in_.skip_blanks();
  const std::string_view word = in_.peek_word();
  if (word != "avoid" && word != "until") {
    in_.fail("expected avoid or until");
    return {};
  }
  in_.word();
  result.bound = word == "avoid" ? Bound::kAvoid : Bound::kUntil;
  result.limit = one(sum());
  return {std::move(result)};
}

// What a word with a colon behind it begins.
Selector Parser::attribute(std::string_view word, std::size_t at) {
  in_.expect(":", "");
  if (const auto* quantity = find(kQuantities, word)) return range(quantity->value);
  if (std::ranges::find(kAttributes, word) != std::end(kAttributes)) {
    return {OfKind{{.name = std::string(word)}, in_.name()}};
  }
  if (word == "via") return {ReferredVia{in_.label()}};
  if (word == "alloc") return allocated_at();
  if (word == "file") {
    const std::size_t begin = in_.at();
    const Glob path = in_.name();
    if (!path.is_plain()) in_.fail(begin, "expected the name of one file");
    return {ListedIn{path.pieces.front()}};
  }
  in_.fail(at, fmt::format("there is no test '{}:'{}", word, did_you_mean(word, all_words())));
  return {};
}

Selector Parser::range(Quantity quantity) {
  const std::size_t begin = in_.at();
  const auto bound = [this]() -> std::optional<std::uint64_t> {
    if (in_.peek() < '0' || in_.peek() > '9') return std::nullopt;
    return in_.number();
  };
  Between result{.quantity = quantity, .from = bound()};
  result.to = in_.accept("..") ? bound() : result.from;
  if (!result.from && !result.to) in_.fail(begin, "expected a range such as 1k.. or 64..128");
  if (result.from && result.to && *result.from > *result.to) {
    in_.fail(begin, "this range ends before it begins");
  }
  return {result};
}

Selector Parser::allocated_at() {
  const std::size_t begin = in_.at();
  AllocatedAt result{.file = in_.name(':')};
  if (in_.peek() != ':') return {result};
  in_.expect(":", "");
  result.first_line = in_.digits();
  result.last_line = result.first_line;
  if (in_.peek() == '-') {
    in_.expect("-", "");
    result.last_line = in_.digits();
  }
  const bool good = result.first_line && result.last_line && *result.first_line <= *result.last_line;
  if (!good) in_.fail(begin, "expected a file with lines, such as app.py:10-20");
  return {result};
}

// What a word begins that has neither behind it: a comparison, or a set that has a name.
Selector Parser::comparison(std::string_view word, std::size_t at) {
  if (word == "via" || word == "rcs") return compare_sets({.name = std::string(word)});
  if (const auto* quantity = find(kQuantities, word)) {
    const Comparison comparison = read_comparison(in_);
    in_.skip_blanks();
    return {Compare{quantity->value, comparison, in_.number()}};
  }
  if (const auto* set = find(kSets, word)) return {set->value};
  if (const char* const sign = sign_behind(word)) {
    in_.fail(fmt::format("expected {} right behind {}, as in {}", sign, word,
                         *sign == ':' ? fmt::format("{}:NAME", word) : fmt::format("{}(all)", word)));
    return {};
  }
  in_.fail(at, fmt::format("there is no set '{}'{}; the objects of a type are type:NAME", word,
                           did_you_mean(word, all_words())));
  return {};
}

Selector Parser::compare_sets(Factor of) {
  CompareSets result{.of = std::move(of), .comparison = read_comparison(in_)};
  in_.expect("{", "and the names of a set");
  if (in_.accept("}")) return {std::move(result)};
  do {
    in_.skip_blanks();
    result.names.push_back(result.of.name == "via" ? in_.label() : in_.name());
  } while (in_.accept(","));
  in_.expect("}", "that closes the set");
  return {std::move(result)};
}

std::vector<Factor> Parser::product() {
  std::vector<Factor> factors;
  do {
    in_.skip_blanks();
    Factor next{.name = std::string(in_.peek_word())};
    const ClassifierEntry* const entry = find_classifier_entry(next.name);
    if (entry == nullptr) {
      in_.fail(no_such_classifier(next.name));
      return {};
    }
    in_.word();
    factors.push_back(arguments(std::move(next), entry->takes));
  } while (in_.accept(","));
  return factors;
}

// What stands in the parentheses of a classifier, if anything does.
Factor Parser::arguments(Factor factor, Takes takes) {
  if (in_.peek() != '(') {
    if (takes == Takes::kSelectors) in_.fail("expected the selectors of first(S; T)");
    return factor;
  }
  if (takes == Takes::kNothing) {
    in_.fail(fmt::format("{} takes nothing in parentheses", factor.name));
    return factor;
  }
  in_.expect("(", "");
  if (!enter()) return factor;
  if (takes == Takes::kClassifier) {
    factor.by = product();
  } else {
    do {
      factor.alternatives.push_back(sum());
    } while (in_.accept(";"));
  }
  leave();
  in_.expect(")", fmt::format("that closes {}(", factor.name));
  return factor;
}

// What was read, if that was all of the text.
template <class T>
Result<T> whole(SelectorScanner& in, T result) {
  in.skip_blanks();
  if (!in.at_end()) in.fail("expected the end, or an operator such as &");
  if (in.failed()) return tl::unexpected(in.error());
  return result;
}

}  // namespace

std::string_view word_of(NamedSet set) { return word_in(kSets, set); }
std::string_view word_of(Quantity quantity) { return word_in(kQuantities, quantity); }
std::string_view word_of(Comparison comparison) { return word_in(kComparisons, comparison); }
std::string_view word_of(Function function) { return word_in(kFunctions, function); }

Selector read_selector(SelectorScanner& in) { return Parser(in).sum(); }

Comparison read_comparison(SelectorScanner& in) {
  for (const auto& comparison : kComparisons) {
    if (in.accept(comparison.word)) return comparison.value;
  }
  in.fail("expected one of == != < <= > >=");
  return Comparison::kEqual;
}

Result<Selector> parse_selector(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == text.npos) {
    return failure(ErrorCode::kUsage, "an empty selector means nothing; all is all objects");
  }
  SelectorScanner in("selector", text);
  return whole(in, read_selector(in));
}

Result<std::vector<Factor>> parse_classifier(std::string_view text) {
  SelectorScanner in("classifier", text);
  return whole(in, Parser(in).product());
}

}  // namespace heapsnap
