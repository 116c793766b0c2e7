#include "apps/heapsnap/render/grid.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/heapsnap/render/printable.h"

namespace heapsnap {
namespace {

std::vector<std::string> texts_of(const Row& row, Sizes sizes) {
  std::vector<std::string> texts;
  for (const Cell& cell : row) texts.push_back(cell_text(cell, sizes));
  return texts;
}

// Puts a word into the last column that has no number, where the names of the rows stand.
void name_row(const Grid& grid, std::vector<std::string>& texts, const std::string& name) {
  for (std::size_t k = texts.size(); k-- > 0;) {
    if (grid.right[k] || !texts[k].empty()) continue;
    texts[k] = name;
    return;
  }
}

bool is_right(const Table& table, std::size_t column) {
  const auto number = [column](const Row& row) { return is_number(row[column]); };
  return std::any_of(table.rows.begin(), table.rows.end(), number) ||
         (table.total && number(*table.total));
}

}  // namespace

Grid grid_of(const Table& table, Sizes sizes) {
  Grid grid;
  for (std::size_t k = 0; k < table.columns.size(); ++k) {
    grid.heading.push_back(printable(table.columns[k].heading()));
    grid.right.push_back(is_right(table, k));
  }
  for (const Row& row : table.rows) grid.rows.push_back(texts_of(row, sizes));
  if (table.others) {
    grid.others = texts_of(*table.others, sizes);
    name_row(grid, grid.others, fmt::format("[{} others]", table.hidden));
  }
  if (table.total) {
    grid.total = texts_of(*table.total, sizes);
    name_row(grid, grid.total, "total");
  }
  return grid;
}

std::string headline(const Provenance& snapshot, const Style& style) {
  const Sizes sizes = style.raw ? Sizes::kRaw : Sizes::kHuman;
  std::string text = fmt::format("{}: {} objects, {}", printable(snapshot.file),
                                 cell_text(Count{snapshot.objects}, sizes),
                                 cell_text(Bytes{snapshot.shallow}, sizes));
  if (!snapshot.python.empty()) text += ", Python " + printable(snapshot.python);
  if (snapshot.pid) text += fmt::format(", pid {}", *snapshot.pid);
  if (!snapshot.time.empty()) text += ", " + printable(snapshot.time);
  if (!snapshot.complete) text += ", incomplete";
  return text;
}

}  // namespace heapsnap
