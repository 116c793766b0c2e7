#include "libanalysis/budget.h"

#include <catch2/catch.hpp>
#include <string>

namespace heapsnap {
namespace {

Budget parsed(std::string_view text) {
  const Result<Budget> budget = parse_budget(text, "heapsnap.toml");
  INFO((budget ? "" : budget.error().message));
  REQUIRE(budget.has_value());
  return *budget;
}

std::string mistake(std::string_view text) {
  const Result<Budget> budget = parse_budget(text, "heapsnap.toml");
  INFO(text);
  REQUIRE_FALSE(budget.has_value());
  CHECK(budget.error().code == ErrorCode::kUsage);
  return budget.error().message;
}

TEST_CASE("a budget has its lines in the order of the file") {
  const Budget budget = parsed(R"(
[budget]
"type:app.Session" = { count = 200, retained = "4M" }
"module:app.cache" = { retained = "+10%" }
"type:*" = { count = "+0", rounds = 3, each = true }
total = { shallow = "150M", rss = "400M" }
[suppress]
"*.functools._lru_cache_wrapper" = { reason = "bounded cache", until = 2027-06-30 }
"app.registry*" = { reason = "known" }
)");
  REQUIRE(budget.lines.size() == 4);
  CHECK(budget.lines[0].key == "type:app.Session");
  CHECK(budget.lines[0].line == 3);
  CHECK(budget.lines[0].column == 1);
  REQUIRE(budget.lines[0].conditions.size() == 2);
  CHECK(to_text(budget.lines[0].conditions[0]) == "type:app.Session count > 200");
  CHECK(to_text(budget.lines[0].conditions[1]) == "type:app.Session retained > 4M");
  CHECK(budget.lines[0].snapshots() == 1);
  CHECK(budget.lines[1].snapshots() == 2);
  CHECK(budget.lines[2].each);
  CHECK(budget.lines[2].snapshots() == 4);
  CHECK(to_text(budget.lines[3].conditions[0]) == "rss > 400M");
  CHECK(to_text(budget.lines[3].conditions[1]) == "shallow > 150M");
  REQUIRE(budget.suppressions.size() == 2);
  CHECK(budget.suppressions[0].until == "2027-06-30");
  CHECK(budget.suppressions[0].path.matches("app.f.functools._lru_cache_wrapper"));
  CHECK(budget.suppressions[1].until.empty());
}

TEST_CASE("a budget may be empty") { CHECK(parsed("").lines.empty()); }

TEST_CASE("what stands in a budget file twice is told with its place") {
  const std::string twice = "this stands in the file already: write each table and each key once";
  CHECK(mistake("[budget]\n\"type:a\" = { count = 1 }\n\"type:a\" = { count = 2 }\n") ==
        "heapsnap.toml:3:12: " + twice);
  CHECK(mistake("[budget]\ntotal = { count = 1, count = 2 }\n") == "heapsnap.toml:2:30: " + twice);
  CHECK(mistake("[budget]\ntotal = { count = 1 }\n[budget]\n") == "heapsnap.toml:3:1: " + twice);
}

TEST_CASE("a mistake in a budget is told with its place") {
  CHECK(mistake("[budget]\n\"type:a\" = { cuont = 1 }") ==
        "heapsnap.toml:2:14: there is no key 'cuont' in a budget, did you mean 'count'?");
  CHECK(mistake("[budgte]") ==
        "heapsnap.toml:1:2: there is no key 'budgte' in a budget file, did you mean 'budget'?");
  CHECK(mistake("[budget]\n\"tpye:a\" = { count = 1 }") ==
        "heapsnap.toml:2:1: selector 'tpye:a', character 1: there is no test 'tpye:', did you mean "
        "'type'?");
  CHECK(mistake("[budget]\n\"type:a\" = { count = \"many\" }") ==
        "heapsnap.toml:2:22: limit 'many', character 1: expected a limit such as 10, 4M, +10 or "
        "+10%");
  CHECK(mistake("[suppress]\n\"a\" = { reasn = \"x\" }") ==
        "heapsnap.toml:2:9: there is no key 'reasn' in a suppression, did you mean 'reason'?");
  CHECK(mistake("[suppress]\n\"a\" = { until = 2027-06-30 }") ==
        "heapsnap.toml:2:1: a suppression needs a reason = \"...\"");
  CHECK(mistake("[suppress]\n\"a\" = { reason = \" \\t\" }") ==
        "heapsnap.toml:2:1: a suppression needs a reason = \"...\"");
  CHECK(mistake("[suppress]\n\"a\" = { reason = \"x\", until = \"soon\" }") ==
        "heapsnap.toml:2:31: expected a date, such as 2027-06-30");
  CHECK(mistake("[budget]\n\"type:a\" = { count = 1").starts_with("heapsnap.toml:2:"));
}

TEST_CASE("a budget line that nobody could keep is refused") {
  for (const char* line :
       {"\"type:a\" = 5", "\"type:a\" = {}", "\"type:a\" = { each = true }",
        "\"type:a\" = { count = -1 }", "\"type:a\" = { count = 1.5 }", "\"type:a\" = { rss = 5 }",
        "\"type:a\" = { count = 5, rounds = 2 }", "\"type:a\" = { count = \"+5\", rounds = 0 }",
        "\"type:a\" = { count = \"+5\", rounds = 1001 }", "total = { count = 1, each = true }",
        "\"type:a\" = { count = 1, each = 1 }", "\"type:a\" = { count = \"-5\" }",
        "\"type:a\" = { count = [1] }", "\"\" = { count = 1 }"}) {
    mistake(std::string("[budget]\n") + line);
  }
  mistake("budget = 5");
  mistake("[suppress]\n\"a\" = \"reason\"");
  mistake("[suppress]\n\"a\" = { reason = \"\" }");
}

TEST_CASE("a budget file that is not there is told") {
  const Result<Budget> budget = read_budget("no/such/heapsnap.toml");
  REQUIRE_FALSE(budget.has_value());
  CHECK(budget.error().message == "cannot read the budget no/such/heapsnap.toml");
}

}  // namespace
}  // namespace heapsnap
