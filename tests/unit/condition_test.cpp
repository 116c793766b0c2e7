#include "libanalysis/condition.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kMost = UINT64_MAX;

Condition parsed(std::string_view text) {
  const Result<Condition> condition = parse_condition(text);
  INFO(text << (condition ? "" : ": " + condition.error().message));
  REQUIRE(condition.has_value());
  return *condition;
}

std::string mistake(std::string_view text) {
  const Result<Condition> condition = parse_condition(text);
  INFO(text);
  REQUIRE_FALSE(condition.has_value());
  CHECK(condition.error().code == ErrorCode::kUsage);
  return condition.error().message;
}

bool holds(std::string_view text, std::vector<std::uint64_t> figures) {
  return judge(parsed(text), figures).holds;
}

TEST_CASE("every form of a condition prints as it was written") {
  for (const char* text :
       {"type:app.Session count > +10", "count > 10", "retained >= 1M", "rss <= 400M",
        "type:app.* shallow == 0", "module:app.cache retained > +5%", "type:a & !roots count != 3",
        "retained>1k count < 7", "size:1k.. retained > 1G", "count == 18446744073709551615",
        "(type:a | type:b) & type:c count > +0", "referrers(type:a) - roots count > 2",
        "via=={.a} count > 1", "type:'a b' count > 1", "type:count count > 1"}) {
    CHECK(to_text(parsed(text)) == text);
  }
}

TEST_CASE("blanks and units are only another way to write a condition") {
  CHECK(to_text(parsed("type:a count>+10")) == "type:a count > +10");
  CHECK(to_text(parsed("  count  >=  1024 ")) == "count >= 1k");
  CHECK(to_text(parsed("type:a and type:b\tcount>+10 %")) == "type:a & type:b count > +10%");
  CHECK(to_text(parsed("retained>1k")) == "retained > 1k");
}

TEST_CASE("a mistake in a condition is told with its place") {
  CHECK(mistake("type:app.Session cuont > 10") ==
        "condition 'type:app.Session cuont > 10', character 18: expected what is measured: count, "
        "shallow, retained or rss, did you mean 'count'?");
  CHECK(mistake("count 10") ==
        "condition 'count 10', character 6: expected one of == != < <= > >=");
  CHECK(mistake("count > -5") ==
        "condition 'count > -5', character 9: expected a limit of 0 or more: 10, +10 or +10%");
  CHECK(mistake("type:a count > ten") ==
        "condition 'type:a count > ten', character 16: expected a limit such as 10, 4M, +10 or +10%");
  CHECK(mistake("count > 10%") ==
        "condition 'count > 10%', character 11: a percentage is one of growth, such as +10%");
  CHECK(mistake("type:a rss > 10") ==
        "condition 'type:a rss > 10', character 8: rss is of the whole process: it has no selector");
  CHECK(mistake("count > 99999999999999999999") ==
        "condition 'count > 99999999999999999999', character 9: this number is too large");
  CHECK(mistake("count > 1 2") == "condition 'count > 1 2', character 11: expected the end");
  for (const char* text : {"", " ", "type:a", "type:a count", "type:a count >", "count >", "> 5",
                           "count > 5k5", "count > +", "count > ++5", "count > + 5", "count > 1.5",
                           "count > 20G20", "tpye:a count > 5", "type:a & count > 5",
                           "count > 18446744073709551615k", "count > +5%%", "count = 5"}) {
    mistake(text);
  }
}

TEST_CASE("a limit is compared with the newest figure, or with the growth") {
  CHECK(holds("count > 10", {11}));
  CHECK_FALSE(holds("count > 10", {11, 10}));
  CHECK(holds("count > +10", {100, 50, 111}));
  CHECK_FALSE(holds("count > +10", {100, 110}));
  CHECK_FALSE(holds("count > +0", {100, 20}));
  CHECK(holds("count == +0", {5, 9, 5}));
  CHECK(holds("count < +0", {5, 4}));
}

TEST_CASE("a percentage is of the oldest figure") {
  CHECK(holds("count > +10%", {100, 111}));
  CHECK_FALSE(holds("count > +10%", {100, 110}));
  CHECK(holds("count > +10%", {9, 10}));
  CHECK(holds("count > +1000%", {0, 1}));
  CHECK_FALSE(holds("count > +0%", {0, 0}));
  const Verdict verdict = judge(parsed("count > +10%"), std::vector<std::uint64_t>{200, 230});
  CHECK(verdict.old == 200);
  CHECK(verdict.now == 230);
  CHECK(verdict.growth == 30);
  CHECK(verdict.limit == 20);
}

TEST_CASE("figures and limits as large as they may be are judged rightly") {
  CHECK(holds("count > +0", {0, kMost}));
  CHECK_FALSE(holds("count > +0", {kMost, 0}));
  CHECK(holds("count == 18446744073709551615", {kMost}));
  CHECK_FALSE(holds("count > +18446744073709551615%", {kMost, kMost}));
  CHECK(holds("count < +18446744073709551615", {kMost, 1}));
  CHECK(judge(parsed("count > 1"), std::vector<std::uint64_t>{kMost, 0}).growth == -INT64_MAX);
}

TEST_CASE("what is printed of any text that is understood is understood as the same") {
  const std::string letters = "count>+10%kMG <=!=type:a&|()'\"rss*retained@0x1{}.";
  std::mt19937_64 random(5);
  int understood = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = i % 2 == 0 ? "type:a count > +10%" : "retained>1k count >= 5";
    for (int change = 0; change < 1 + i % 3; ++change) {
      const std::size_t at = random() % text.size();
      text[at] = letters[random() % letters.size()];
    }
    const Result<Condition> condition = parse_condition(text);
    if (!condition) continue;
    ++understood;
    INFO(text);
    REQUIRE(parsed(to_text(*condition)) == *condition);
  }
  CHECK(understood > 500);
}

const char* const kHeap = R"(
  root -> cache
  cache = app.Cache 64
  cache -> a b
  a = app.Session 100
  b = app.Session 100
  a -> payload
  payload = bytes 1000
)";

TEST_CASE("a set is gauged by its objects, their bytes, and what they retain") {
  const NamedHeap heap = heap_from(kHeap);
  const auto value = [&heap](std::string_view text) {
    const Result<Gauge> gauge = take_gauge(heap.heap, parsed(text));
    REQUIRE(gauge.has_value());
    CHECK(gauge->missing.empty());
    return gauge->value;
  };
  CHECK(value("type:app.Session count > 0") == 2);
  CHECK(value("type:app.Session shallow > 0") == 200);
  CHECK(value("type:app.Session retained > 0") == 1200);
  CHECK(value("count > 0") == 4);
  CHECK(value("shallow > 0") == 1264);
  CHECK(value("retained > 0") == 1264);
  CHECK(take_gauge(heap.heap, parsed("type:app.Session count > 0"))->members.contains(heap["a"]));
}

TEST_CASE("a name that nothing has is the empty set, and said") {
  const NamedHeap heap = heap_from(kHeap);
  const auto gauge =
      take_gauge(heap.heap, parsed("type:app.Cache | type:app.Sesion | class:gone count > 0"));
  REQUIRE(gauge.has_value());
  CHECK(gauge->value == 1);
  REQUIRE(gauge->missing.size() == 2);
  CHECK(gauge->missing[0] ==
        "nothing in this snapshot is called 'app.Sesion' by type, did you mean 'app.Session'?");
  CHECK(take_gauge(heap.heap, parsed("via:.gone | rcs=={gone} count > 0"))->missing.size() == 2);
  CHECK(take_gauge(heap.heap, parsed("type:gone.* count > 0"))->missing.empty());
}

TEST_CASE("memory of the process that the snapshot does not know cannot be gauged") {
  const auto gauge = take_gauge(heap_from(kHeap).heap, parsed("rss > 1"));
  REQUIRE_FALSE(gauge.has_value());
  CHECK(gauge.error().code == ErrorCode::kUsage);
}

}  // namespace
}  // namespace heapsnap
