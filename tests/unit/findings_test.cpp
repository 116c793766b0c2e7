#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/heapsnap/finding.h"
#include "apps/heapsnap/render/findings.h"
#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

Report report() {
  Gate gate{.passed = {"count > 5"}};
  gate.findings.push_back({.rule = "budget",
                           .condition = "type:'a,b' count > 10%",
                           .measure = "count",
                           .old = 5,
                           .now = 1000,
                           .growth = 995,
                           .limit = 10,
                           .holder = "app.<x>[*]",
                           .type = "app.Session",
                           .file = "my app/a:b.py",
                           .line = 7,
                           .signature = "5b1f-x"});
  gate.findings.push_back({.rule = "growth",
                           .condition = "app.cache[*]",
                           .measure = "shallow",
                           .old = 0,
                           .now = 2048,
                           .growth = 2048,
                           .holder = "app.cache[*]",
                           .signature = "1234-cache",
                           .suppressed = "known & <fine>"});
  return {.schema = "heapsnap.check/1", .gate = gate};
}

TEST_CASE("a finding is told with its figures and its path") {
  const Gate gate = *report().gate;
  CHECK(explained(gate.findings[0]) ==
        "count from 5 to 1,000 (+995; limit 10), held by app.<x>[*], app.Session");
  CHECK(explained(gate.findings[1]) == "shallow from 0 B to 2.0 KiB (+2.0 KiB), held by app.cache[*]");
  CHECK(failures(gate) == 1);
  CHECK(findings_headline(gate) == "1 finding, 1 suppressed");
}

TEST_CASE("annotations escape what would end them") {
  CHECK(render_github(report(), {}) ==
        "::error file=my app/a%3Ab.py,line=7,title=heapsnap%3A type%3A'a%2Cb' count > 10%25::"
        "count from 5 to 1,000 (+995; limit 10), held by app.<x>[*], app.Session; signature 5b1f-x\n"
        "::notice title=heapsnap%3A app.cache[*]::suppressed (known & <fine>): "
        "shallow from 0 B to 2.0 KiB (+2.0 KiB), held by app.cache[*]; signature 1234-cache\n"
        "1 finding, 1 suppressed\n");
}

TEST_CASE("JUnit has a case for each condition, and escapes its text") {
  const std::string text = render_junit(report(), {});
  CHECK(text.find("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\"") != text.npos);
  CHECK(text.find("name=\"type:'a,b' count &gt; 10%\"><failure type=\"budget\"") != text.npos);
  CHECK(text.find("<skipped message=\"known &amp; &lt;fine&gt;\"/>") != text.npos);
  CHECK(text.find("<testcase classname=\"heapsnap\" name=\"count &gt; 5\"/>") != text.npos);
}

TEST_CASE("SARIF has a result for each finding, with its place as a URI and its fingerprint") {
  const auto sarif = nlohmann::json::parse(render_sarif(report(), {}));
  const auto& results = sarif["runs"][0]["results"];
  REQUIRE(results.size() == 2);
  const auto& place = results[0]["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"]["uri"] == "my%20app/a%3Ab.py");
  CHECK(place["region"]["startLine"] == 7);
  CHECK(results[0]["partialFingerprints"]["heapsnap/v1"] == "5b1f-x");
  CHECK_FALSE(results[1]["locations"][0].contains("physicalLocation"));
  CHECK(results[1]["suppressions"][0]["justification"] == "known & <fine>");
  CHECK(nlohmann::json::parse(render_sarif({}, {}))["runs"][0]["results"].empty());
}

TEST_CASE("Markdown folds what is suppressed, and the small rows of a difference") {
  Report of_diff = report();
  of_diff.tables = {{.name = "rows",
                     .columns = {{"delta.shallow", "shallow"}, {"kind"}},
                     .rows = {{BytesChange{1000}, "large"}, {BytesChange{-5}, "small"}}}};
  const std::string text = render_markdown(of_diff, {});
  const auto small = text.find("<details><summary>1 small change</summary>");
  REQUIRE(small != text.npos);
  CHECK(text.find("large") < small);
  CHECK(text.find("small |") > small);
  CHECK(text.find("**1 finding, 1 suppressed**") != text.npos);
  CHECK(text.find("app.cache") > text.find("<details><summary>suppressed</summary>"));
}

}  // namespace
}  // namespace heapsnap
