#include "apps/heapsnap/render/renderers.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace heapsnap {
namespace {

Origin app_snapshot() {
  return Origin{.file = "app.hsnap", .complete = true, .objects = 1234, .shallow = 4096,
                .python = "3.11.7", .pid = 42, .time = "2026-03-01T12:00:00Z"};
}

Report histogram() {
  Table table{.name = "rows",
              .columns = {{"count"}, {"", "%"}, {"shallow"}, {"kind", "type"},
                          {.key = "select", .detail = true}},
              .rows = {{Count{1000}, Percent{81.04}, Bytes{3072}, std::string("dict"),
                        std::string("type:dict")},
                       {Count{200}, Percent{16.21}, Bytes{924}, std::string("app.Node|x"),
                        std::string("type:app.Node")}},
              .hidden = 3,
              .others = Cells{Count{34}, Percent{2.75}, Bytes{100}, {}, {}},
              .total = Cells{Count{1234}, Percent{100}, Bytes{4096}, {}, {}}};
  return Report{.schema = "heapsnap.hist/1", .snapshot = app_snapshot(), .tables = {table}};
}

Report object() {
  Table record{.name = "object", .shape = Shape::kRecord,
               .columns = {{"object"}, {"external"}, {"in", "referrers"}},
               .rows = {{Object{0x10}, {}, Count{7}}}};
  Table edges{.name = "referents", .title = "refers to", .shape = Shape::kList,
              .columns = {{"label"}, {"object"}, {"weak"}},
              .rows = {{std::string("['k']"), Object{0x20}, false}}};
  Table none = edges;
  none.name = "referrers";
  none.rows.clear();
  return Report{.schema = "heapsnap.show/1", .snapshot = app_snapshot(),
                .tables = {record, edges, none}};
}

TEST_CASE("a table aligns numbers at the right and names at the left") {
  CHECK(render_table(histogram(), {}) ==
        "app.hsnap: 1,234 objects, 4.0 KiB, Python 3.11.7, pid 42, 2026-03-01T12:00:00Z\n"
        "\n"
        "COUNT       %  SHALLOW  TYPE\n"
        "1,000   81.0%  3.0 KiB  dict\n"
        "  200   16.2%    924 B  app.Node|x\n"
        "   34    2.8%    100 B  [3 others]\n"
        "1,234  100.0%  4.0 KiB  total\n");
}

TEST_CASE("with --bytes there are digits, with -v the columns of detail") {
  CHECK(render_table(histogram(), {.raw = true, .verbose = true}) ==
        "app.hsnap: 1234 objects, 4096 bytes, Python 3.11.7, pid 42, 2026-03-01T12:00:00Z\n"
        "\n"
        "COUNT       %  SHALLOW  TYPE        SELECT\n"
        " 1000   81.0%     3072  dict        type:dict\n"
        "  200   16.2%      924  app.Node|x  type:app.Node\n"
        "   34    2.8%      100  [3 others]\n"
        " 1234  100.0%     4096  total\n");
}

TEST_CASE("a narrow terminal cuts the last column only") {
  const std::string text = render_table(histogram(), {.width = 30});
  CHECK(text.find("  200   16.2%    924 B  app.N…\n") != std::string::npos);
  CHECK(text.find("1,000   81.0%  3.0 KiB  dict\n") != std::string::npos);
  CHECK(render_table(histogram(), {.width = 5}).find("app.Node|x\n") != std::string::npos);
}

TEST_CASE("colours change nothing but the escapes") {
  std::string text = render_table(histogram(), {.color = true});
  CHECK(text.find("\x1b[1m") != std::string::npos);
  for (std::size_t at; (at = text.find('\x1b')) != std::string::npos;) {
    text.erase(at, text.find('m', at) + 1 - at);
  }
  CHECK(text == render_table(histogram(), {}));
}

TEST_CASE("a record is one line for each thing that is known") {
  CHECK(render_table(object(), {}) ==
        "app.hsnap: 1,234 objects, 4.0 KiB, Python 3.11.7, pid 42, 2026-03-01T12:00:00Z\n"
        "\n"
        "object:     @0x10\n"
        "referrers:  7\n"
        "\n"
        "refers to\n"
        "LABEL  OBJECT\n"
        "['k']  @0x20\n"
        "\n"
        "refers to\n"
        "nothing\n");
}

TEST_CASE("JSON has the rows, what was cut, the total, and no percentages") {
  const auto json = nlohmann::json::parse(render_json(histogram(), {}));
  CHECK(json == nlohmann::json::parse(R"({
    "schema": "heapsnap.hist/1",
    "snapshot": {"file": "app.hsnap", "complete": true, "objects": 1234, "shallow": 4096,
                 "python": "3.11.7", "pid": 42, "time": "2026-03-01T12:00:00Z"},
    "rows": [{"count": 1000, "shallow": 3072, "kind": "dict", "select": "type:dict"},
             {"count": 200, "shallow": 924, "kind": "app.Node|x", "select": "type:app.Node"}],
    "others": {"rows": 3, "count": 34, "shallow": 100},
    "total": {"count": 1234, "shallow": 4096}
  })"));
}

TEST_CASE("records and lists stand in JSON under their names") {
  const auto json = nlohmann::json::parse(render_json(object(), {}));
  CHECK(json["object"] ==
        nlohmann::json::parse(R"({"object": "@0x10", "external": null, "in": 7})"));
  CHECK(json["referents"] ==
        nlohmann::json::parse(R"([{"label": "['k']", "object": "@0x20", "weak": false}])"));
  CHECK(json["referrers"] == nlohmann::json::array());
  CHECK_FALSE(json.contains("sections"));
}

TEST_CASE("several tables are sections in JSON") {
  Report report = histogram();
  report.tables.push_back(report.tables[0]);
  report.tables[0].shape = report.tables[1].shape = Shape::kSection;
  report.tables[0].name = "types";
  report.tables[1].name = "roots";
  const auto json = nlohmann::json::parse(render_json(report, {}));
  CHECK_FALSE(json.contains("rows"));
  CHECK(json["sections"]["types"]["total"]["count"] == 1234);
  CHECK(json["sections"]["roots"]["rows"].size() == 2);
}

TEST_CASE("the parts of a product are an array in JSON and one cell elsewhere") {
  Report report{.schema = "heapsnap.hist/1",
                .tables = {{.columns = {{"kind"}},
                            .rows = {{std::vector<std::string>{"dict", "6\"4"}}}}}};
  CHECK(nlohmann::json::parse(render_json(report, {}))["rows"][0]["kind"] ==
        nlohmann::json::parse(R"(["dict", "6\"4"])"));
  CHECK(render_csv(report, {}) == "kind\n\"dict, 6\"\"4\"\n");
  CHECK(render_table(report, {}) == "KIND\ndict, 6\"4\n");
}

TEST_CASE("CSV has keys, raw numbers, what was cut, and no total") {
  CHECK(render_csv(histogram(), {}) ==
        "count,shallow,kind,select\n"
        "1000,3072,dict,type:dict\n"
        "200,924,app.Node|x,type:app.Node\n"
        "34,100,[3 others],\n");
}

TEST_CASE("Markdown escapes what it would take for markup") {
  CHECK(render_markdown(histogram(), {}) ==
        "app.hsnap: 1,234 objects, 4.0 KiB, Python 3.11.7, pid 42, 2026-03-01T12:00:00Z\n"
        "\n"
        "| count | % | shallow | type |\n"
        "|---:|---:|---:|---|\n"
        "| 1,000 | 81.0% | 3.0 KiB | dict |\n"
        "| 200 | 16.2% | 924 B | app.Node\\|x |\n"
        "| 34 | 2.8% | 100 B | \\[3 others\\] |\n"
        "| 1,234 | 100.0% | 4.0 KiB | total |\n");
}

TEST_CASE("an incomplete snapshot is called that in every format") {
  Report report = histogram();
  report.snapshot->complete = false;
  CHECK(render_table(report, {}).find(", incomplete\n") != std::string::npos);
  CHECK(render_markdown(report, {}).find(", incomplete\n") != std::string::npos);
  CHECK(nlohmann::json::parse(render_json(report, {}))["snapshot"]["complete"] == false);
}

TEST_CASE("every format of the command line has a renderer") {
  for (const char* format : {"table", "json", "csv", "md"}) {
    CHECK(find_renderer(format) != nullptr);
  }
  CHECK(find_renderer("xml") == nullptr);
}

}  // namespace
}  // namespace heapsnap
