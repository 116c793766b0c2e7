#include "apps/heapsnap/commands/difference_table.h"

#include <utility>
#include <vector>

namespace heapsnap {
namespace {

PercentChange percent(std::uint64_t older, std::uint64_t newer) {
  if (older == 0) return {newer == 0 ? std::optional(0.0) : std::nullopt};
  return {100.0 * static_cast<double>(growth(older, newer)) / static_cast<double>(older)};
}

Cells figures(const DifferenceRow& row) {
  return {Count{row.older.count},
          Bytes{row.older.shallow},
          Bytes{row.older_retained},
          Count{row.newer.count},
          Bytes{row.newer.shallow},
          Bytes{row.newer_retained},
          CountChange{growth(row.older.count, row.newer.count)},
          percent(row.older.count, row.newer.count),
          BytesChange{growth(row.older.shallow, row.newer.shallow)},
          BytesChange{growth(row.older_retained, row.newer_retained)},
          percent(row.older_retained, row.newer_retained),
          Count{row.survived},
          Count{row.added},
          Count{row.gone},
          Count{row.uncertain},
          Count{row.moved_in},
          Count{row.moved_out}};
}

Cell kind_cell(std::vector<std::string> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  return parts;
}

Table empty_table(const std::string& by) {
  return {.name = "rows",
          .columns = {{.key = "old.count", .detail = true},
                      {.key = "old.shallow", .detail = true},
                      {.key = "old.retained", .detail = true},
                      {.key = "new.count", .detail = true},
                      {.key = "new.shallow", .detail = true},
                      {.key = "new.retained", .detail = true},
                      {"delta.count", "count"},
                      {"", "%"},
                      {"delta.shallow", "shallow"},
                      {"delta.retained", "retained"},
                      {"", "%"},
                      {.key = "survived", .detail = true},
                      {"added", "new"},
                      {"gone"},
                      {"uncertain"},
                      {.key = "moved_in", .detail = true},
                      {.key = "moved_out", .detail = true},
                      {"kind", by},
                      {.key = "select", .detail = true}}};
}

}  // namespace

Table difference_table(const Difference& difference, const RankedDifference& ranked,
                       const std::string& by) {
  Table table = empty_table(by);
  for (const DifferenceRow& row : ranked.rows) {
    const bool is_there = row.newer.count > 0;
    const Classification& classes =
        is_there ? difference.newer.classification : difference.older.classification;
    Cells cells = figures(row);
    cells.push_back(kind_cell(classes.parts(row.kind)));
    cells.push_back(classes.select(row.kind));
    table.rows.push_back(std::move(cells));
  }
  const auto sums = [&table](const DifferenceRow& row) {
    Cells cells = figures(row);
    cells.resize(table.columns.size());
    return cells;
  };
  table.hidden = ranked.other_rows;
  if (ranked.other_rows > 0) table.others = sums(ranked.others);
  table.total = sums(ranked.total);
  return table;
}

}  // namespace heapsnap
