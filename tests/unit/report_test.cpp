#include "apps/heapsnap/report.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

Table three_rows() {
  return Table{.name = "rows",
               .columns = {{"count"}, {"", "%"}, {"shallow"}, {"kind"}, {"object"}},
               .rows = {{Count{3}, Percent{50}, Bytes{300}, std::string("dict"), Object{16}},
                        {Count{2}, Percent{30}, Bytes{200}, std::string("list"), Object{32}},
                        {Count{1}, Percent{20}, Bytes{100}, std::string("str"), Object{48}}}};
}

TEST_CASE("rows beyond the limit become their sums") {
  Table table = three_rows();
  cut(table, 1);
  REQUIRE(table.rows.size() == 1);
  CHECK(table.hidden == 2);
  REQUIRE(table.others.has_value());
  CHECK(std::get<Count>(table.others->at(0)).value == 3);
  CHECK(std::get<Percent>(table.others->at(1)).value == Approx(50));
  CHECK(std::get<Bytes>(table.others->at(2)).value == 300);
  CHECK(std::holds_alternative<std::monostate>(table.others->at(3)));
  CHECK(std::holds_alternative<std::monostate>(table.others->at(4)));
}

TEST_CASE("no limit and a limit of all rows cut nothing") {
  for (const std::size_t limit : {0, 3, 4}) {
    Table table = three_rows();
    cut(table, limit);
    CHECK(table.rows.size() == 3);
    CHECK(table.hidden == 0);
    CHECK_FALSE(table.others.has_value());
  }
}

TEST_CASE("a column that is empty in some of the cut rows is summed over the others") {
  Table table{.columns = {{"shallow"}}, .rows = {{{}}, {{}}, {Bytes{5}}, {{}}, {Bytes{6}}}};
  cut(table, 1);
  CHECK(std::get<Bytes>(table.others->at(0)).value == 11);
}

}  // namespace
}  // namespace heapsnap
