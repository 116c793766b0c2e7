// RFC 4180, but with plain line ends: a heading of column keys, the rows, and as the last row
// what -n cut off. There is no row of totals, so that a column's sum is its total. What is said
// beside the answer's table is left out; where there is none, findings are the rows.
#include <fmt/format.h>

#include <algorithm>

#include "apps/heapsnap/render/findings.h"
#include "apps/heapsnap/render/grid.h"
#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t k = 0; k < cells.size(); ++k) line += (k > 0 ? "," : "") + quoted(cells[k]);
  return line + "\n";
}

}  // namespace

std::string render_csv(const Report& report, const Style&) {
  std::vector<Table> tables = report.tables;
  if (tables.empty() && report.gate) tables.push_back(findings_table(*report.gate));
  std::string text;
  const auto is_answer = [](const Table& table) { return table.shape == Shape::kRows; };
  const bool has_answer = std::ranges::any_of(tables, is_answer);
  for (const Table& table : tables) {
    if (has_answer && !is_answer(table)) continue;
    const std::vector<std::size_t> columns = columns_for_scripts(table);
    std::vector<std::string> keys;
    for (const std::size_t k : columns) keys.push_back(table.columns[k].key);
    const Grid grid = grid_of(table, columns, Sizes::kRaw);
    text += line_of(keys);
    for (const auto& row : grid.rows) text += line_of(row);
    if (!grid.others.empty()) text += line_of(grid.others);
  }
  return text;
}

}  // namespace heapsnap
