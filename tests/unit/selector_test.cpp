#include "libanalysis/selector.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "libanalysis/classifier.h"

namespace heapsnap {
namespace {

Selector parsed(std::string_view text) {
  const Result<Selector> selector = parse_selector(text);
  INFO(text << (selector ? "" : ": " + selector.error().message));
  REQUIRE(selector.has_value());
  return *selector;
}

std::string reprinted(std::string_view text) { return to_text(parsed(text)); }

std::string mistake(std::string_view text) {
  const Result<Selector> selector = parse_selector(text);
  INFO(text);
  REQUIRE_FALSE(selector.has_value());
  CHECK(selector.error().code == ErrorCode::kUsage);
  return selector.error().message;
}

TEST_CASE("every form of a selector prints as it was written") {
  for (const char* text : {
           "all", "reachable", "unreachable", "held-by-c", "roots", "none", "@0x7f21a0c3d40",
           "file:ids.txt", "file:'my ids.txt'", "type:app.Node", "type:app.*", "class:app.Base",
           "clodo:'dict of app.Node'", "module:app.*", "package:numpy", "type:app.Node@0x7f00",
           "type:f.<locals>.C", "module:scikit-learn", "root:thread", "dominator:app.Cache",
           "dominator(clodo):'dict of app.Node'", "dominator(rcs(size),type):x", "size>=1k",
           "retained>1M", "refcount>1000", "in>100", "out==0", "depth<4", "size!=3G", "size<=7",
           "size:1k..", "retained:1M..", "depth:..3", "size:64..128", "size:64", "via:.cache",
           "via:['k']", "via=={.cache}", "via>{[3], {0}, .keys()[0]}", "rcs=={list}",
           "rcs<={list, dict}", "rcs(size)=={64}", "rcs(type,size)!={'list, 64'}", "rcs=={}",
           "alloc:app.py:10-20", "alloc:app.py:10", "alloc:app.py", "alloc:'a:b.py':3",
           "type:a & type:b & type:c", "type:a | type:b - type:c | type:d", "!type:a",
           "!(type:a & type:b)", "(type:a | type:b) & type:c", "type:a - (type:b - type:c)",
           "(type:a & type:b) & type:c", "!!all", "referrers(all)", "referents(type:a | roots)",
           "follow(all, .attr)", "follow(all, ['k'])", "follow(all, [*])", "follow(all, ->ob_type)",
           "follow(all, ['a) ]'])", "follow(all, <stack 3>)", "follow(all, <+0x40>)", "via:.a< | via:.b>", "follow(all, .gi_frame.f_locals['x'])",
           "reachable(roots)", "reachable(roots, avoid all)", "reachable(roots, until all - roots)",
           "dominated(all)", "dominator(all)", "dominator(rcs(size)=={64})", "owners(type:dict)",
           "cycle(all)", "type:*", "type:'a\\*b'", "type:\"it's\"", "type:'\\n\\x01'",
           "type:'\\u202e*\\u00ad'", "type:'\\U000e0041\\udc80'", "type:'\\xe9\\xa0'",
           "type:\u00e9\u4e2d",
           "rcs(first(all; size>3))=={all}"}) {
    CHECK(reprinted(text) == text);
  }
}

TEST_CASE("words, blanks and parentheses are only another way to write it") {
  CHECK(reprinted("type:a and not type:b") == "type:a & !type:b");
  CHECK(reprinted("type:a or type:b minus type:c") == "type:a | type:b - type:c");
  CHECK(reprinted("  ((type:a))  &  ( ! type:b ) ") == "type:a & !type:b");
  CHECK(reprinted("not (all)") == "!all");
  CHECK(reprinted("size >= 1024") == "size>=1k");
  CHECK(reprinted("rcs == { list,dict }") == "rcs=={list, dict}");
  CHECK(reprinted("type:\"a\"") == "type:a");
  CHECK(reprinted("via:\"['k']\"") == "via:['k']");
  CHECK(reprinted("size:64..64") == "size:64");
  CHECK(reprinted("type:a**b") == "type:a*b");
  CHECK(reprinted("@0X7F") == "@0x7f");
  CHECK(reprinted("reachable( roots ,until none )") == "reachable(roots, until none)");
}

TEST_CASE("complements bind tightest, then intersections, then sums from left to right") {
  const Selector whole = parsed("!all & none | roots - none");
  const auto* sum = std::get_if<Sum>(&whole.what);
  REQUIRE(sum != nullptr);
  CHECK(sum->minus == std::vector<bool>{false, false, true});
  const auto* both = std::get_if<Intersection>(&sum->of[0].what);
  REQUIRE(both != nullptr);
  CHECK(std::holds_alternative<Complement>(both->of[0].what));
}

TEST_CASE("a wildcard is a star that is not escaped") {
  const auto glob = [](std::string_view text) {
    return std::get<OfKind>(parsed(text).what).name;
  };
  CHECK(glob("type:app.*").matches("app.Node"));
  CHECK_FALSE(glob("type:app.*").matches("app"));
  CHECK(glob("type:*a*b").matches("xaayb"));
  CHECK_FALSE(glob("type:a*a").matches("a"));
  CHECK(glob("type:'a*'").matches("abc"));
  CHECK_FALSE(glob("type:'a\\*'").matches("abc"));
  CHECK(glob("type:'a\\*'").matches("a*"));
  CHECK(glob("type:*").matches(""));
}

TEST_CASE("a mistake is told with its place") {
  CHECK(mistake("tpye:dict") ==
        "selector 'tpye:dict', character 1: there is no test 'tpye:', did you mean 'type'?");
  CHECK_THAT(mistake("all & reachible"), Catch::Contains("character 7") &&
                                             Catch::Contains("did you mean 'reachable'?"));
  CHECK_THAT(mistake("referers(all)"), Catch::Contains("did you mean 'referrers'?"));
  CHECK_THAT(mistake("all -none"), Catch::Contains("character 5"));
  CHECK_THAT(mistake("all &none"), Catch::Contains("expected blanks on both sides of &"));
  CHECK_THAT(mistake("all&none"), Catch::Contains("expected blanks on both sides of &"));
  CHECK_THAT(mistake("(all"), Catch::Contains("character 5: expected )"));
  CHECK_THAT(mistake("type:'a"), Catch::Contains("character 6: this quote is not closed"));
  CHECK_THAT(mistake("size>99999999999999999999"), Catch::Contains("too large"));
  CHECK_THAT(mistake("size>17179869184G"), Catch::Contains("too large"));
  CHECK_THAT(mistake("app.Node"), Catch::Contains("type:NAME"));
  CHECK_THAT(mistake("rcs(tpye)=={x}"), Catch::Contains("'tpye' is no classifier"));
  CHECK(mistake("follow(all, foo)") ==
        "selector 'follow(all, foo)', character 13: 'foo' is no label, did you mean '.foo'?");
  CHECK_THAT(mistake("via:'sl*'"), Catch::Contains("did you mean '.sl*'?"));
  CHECK_THAT(mistake("via=={.a, 3}"), Catch::Contains("did you mean '[3]'?"));
  CHECK_THAT(mistake("via:a-b"), Catch::Contains("is no label; expected"));
  CHECK_THAT(mistake("type :dict"), Catch::Contains("character 5: expected : right behind type"));
  CHECK_THAT(mistake("referrers (all)"), Catch::Contains("expected ( right behind referrers"));
  CHECK_THAT(mistake(""), Catch::Contains("all is all objects"));
  CHECK_THAT(mistake(" "), Catch::Contains("all is all objects"));
  for (const char* text :
       {"type", "type:", "size", "size>", "size=3", "size>1K", "size>1kk", "size:", "size:..",
        "size:9..3", "@7f", "@0x", "@0xg", "all all", "all )", "!", "all &", "& all", "all - - all",
        "rcs=={list", "rcs==list", "via:", "via=={", "file:*", "follow(all)", "follow(all,)",
        "reachable(all, all)", "referrers()", "type:a\\b", "alloc:a.py:9-3", "alloc:a.py:x",
        "rcs(type(size))=={x}", "type:'\\xZZ'", "type:'\\u12'", "type:'\\U00110000'", "first(all)",
        "size(type)==3", "dominator(:x)"}) {
    mistake(text);
  }
}

TEST_CASE("nesting is bounded, length is not") {
  const auto repeated = [](int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
  };
  const auto nested = [&](int depth, const std::string& open, const std::string& close) {
    return repeated(depth, open) + "all" + repeated(depth, close);
  };
  CHECK(reprinted(nested(kMaxSelectorDepth, "(", ")")) == "all");
  for (const char* open : {"(", "cycle(", "dominator(", "reachable(", "! "}) {
    const std::string close = open[0] == '!' ? "" : ")";
    parsed(nested(kMaxSelectorDepth, open, close));
    CHECK_THAT(mistake(nested(kMaxSelectorDepth + 1, open, close)), Catch::Contains("more than"));
    mistake(nested(100'000, open, close));
    mistake(nested(100'000, open, ""));
  }
  mistake(repeated(100'000, "rcs("));
  mistake(repeated(2'000, "dominator(first("));
  parsed("all" + repeated(100'000, " & all"));
  parsed("all" + repeated(100'000, " - all"));
}

// Selectors of all kinds, made by chance. Random numbers are drawn in statements of their own.
class RandomSelector {
 public:
  explicit RandomSelector(std::uint64_t seed) : random_(seed) {}

  Selector make(int depth) {
    if (depth > 0 && below(2) == 0) return compound(depth - 1);
    switch (below(9)) {
      case 0: return {static_cast<NamedSet>(below(6))};
      case 1: return {AtAddress{random_()}};
      case 2: return {ListedIn{text()}};
      case 3: return {OfKind{factor(depth), glob()}};
      case 4: return {Compare{quantity(), comparison(), number()}};
      case 5: return between();
      case 6: return {ReferredVia{label()}};
      case 7: return compare_sets(depth);
      default: return allocated();
    }
  }

  std::vector<Factor> classifier(int depth) {
    std::vector<Factor> factors;
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) {
      Factor factor{.name = std::string(classifiers()[below(classifiers().size())].name)};
      const Takes takes = find_classifier_entry(factor.name)->takes;
      if (takes == Takes::kClassifier && depth > 0 && below(2) == 0) {
        factor.by = classifier(depth - 1);
      }
      if (takes == Takes::kSelectors) factor.alternatives = many(depth);
      factors.push_back(factor);
    }
    return factors;
  }

 private:
  Selector compound(int depth) {
    switch (below(6)) {
      case 0: return {Apply{static_cast<Function>(below(6)), {make(depth)}}};
      case 1: return {Follow{{make(depth)}, label()}};
      case 2: return {Complement{{make(depth)}}};
      case 3: {
        Intersection both{.of = many(depth)};
        both.of.push_back(make(depth));
        return {both};
      }
      case 4: {
        Sum sum{.of = many(depth), .minus = {}};
        sum.of.push_back(make(depth));
        for (std::size_t i = 0; i < sum.of.size(); ++i) sum.minus.push_back(i > 0 && below(2));
        return {sum};
      }
      default: {
        ReachableFrom from{.from = {make(depth)}, .bound = static_cast<Bound>(below(3))};
        if (from.bound != Bound::kNone) from.limit.push_back(make(depth));
        return {from};
      }
    }
  }

  std::vector<Selector> many(int depth) {
    std::vector<Selector> selectors;
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) selectors.push_back(make(depth > 0 ? depth - 1 : 0));
    return selectors;
  }

  Factor factor(int depth) {
    static const char* const kNames[] = {"type",    "class", "clodo",    "module",
                                         "package", "root",  "dominator"};
    Factor factor{.name = kNames[below(7)]};
    if (factor.name == "dominator" && depth > 0 && below(2) == 0) {
      factor.by = classifier(depth - 1);
    }
    return factor;
  }

  Selector compare_sets(int depth) {
    CompareSets compare{.of = {.name = below(2) == 0 ? "via" : "rcs"}, .comparison = comparison()};
    if (compare.of.name == "rcs" && depth > 0) compare.of.by = classifier(depth - 1);
    const std::size_t count = below(4);
    for (std::size_t i = 0; i < count; ++i) {
      compare.names.push_back(compare.of.name == "via" ? label() : glob());
    }
    return {compare};
  }

  Selector between() {
    Between result{.quantity = quantity()};
    const std::size_t kind = below(3);
    const std::uint64_t from = number() / 2;
    if (kind != 0) result.from = from;
    if (kind != 1) result.to = from + number() / 2;
    return {result};
  }

  Selector allocated() {
    AllocatedAt result{.file = glob()};
    if (below(2) == 0) {
      result.first_line = below(100);
      result.last_line = *result.first_line + below(3);
    }
    return {result};
  }

  std::string text() {
    static constexpr std::string_view kCharacters =
        "abcz019_-.:@<>'\"\\*()[]{}&|!=;, \t\n\x01\x7f\xc3\xa9\xe2\x80\xae\xed\xf4/~#+";
    std::string text;
    const std::size_t length = 1 + below(6);
    for (std::size_t i = 0; i < length; ++i) text += kCharacters[below(kCharacters.size())];
    return text;
  }

  Glob glob() {
    Glob glob = exactly(text());
    const std::size_t wildcards = below(3);
    for (std::size_t i = 0; i < wildcards; ++i) {
      glob.add_wildcard();
      const std::string more = below(2) == 0 ? text() : "";
      for (const char c : more) glob.add(c);
    }
    return glob;
  }

  // It begins as labels do; what follows may be anything.
  Glob label() {
    static const char* const kBegins[] = {".", "[", "{", "<", "->"};
    Glob label = glob();
    label.pieces.front().insert(0, kBegins[below(5)]);
    return label;
  }

  Quantity quantity() { return static_cast<Quantity>(below(6)); }
  Comparison comparison() { return static_cast<Comparison>(below(6)); }
  std::uint64_t number() { return random_() >> below(64) << below(40); }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

  std::mt19937_64 random_;
};

TEST_CASE("what is printed is parsed as the same selector") {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    const Selector selector = RandomSelector(seed).make(4);
    const std::string text = to_text(selector);
    INFO(text);
    const Result<Selector> again = parse_selector(text);
    INFO((again ? std::string() : again.error().message));
    REQUIRE(again.has_value());
    REQUIRE(to_text(*again) == text);
    REQUIRE(*again == selector);
  }
}

TEST_CASE("what is printed is parsed as the same classifier") {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    const std::string text = to_text(RandomSelector(seed).classifier(3));
    INFO(text);
    const Result<Classifier> again = find_classifier(text);
    REQUIRE(again.has_value());
    REQUIRE(again->name() == text);
  }
}

}  // namespace
}  // namespace heapsnap
