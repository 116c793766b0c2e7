#include "apps/heapsnap/render/grid.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/heapsnap/render/printable.h"

namespace heapsnap {
namespace {

std::vector<std::string> texts_of(const Cells& row, const std::vector<std::size_t>& columns,
                                  Sizes sizes) {
  std::vector<std::string> texts;
  for (const std::size_t k : columns) texts.push_back(cell_text(row[k], sizes));
  return texts;
}

// The column where the names of the rows stand: their kind, else the last that has no number.
std::size_t name_column(const Table& table, const std::vector<std::size_t>& columns,
                        const Grid& grid) {
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (table.columns[columns[k]].key == "kind" && !grid.right[k]) return k;
  }
  for (std::size_t k = columns.size(); k-- > 0;) {
    if (!grid.right[k] && !table.columns[columns[k]].detail) return k;
  }
  return columns.size() - 1;
}

std::vector<std::string> named(std::vector<std::string> texts, std::size_t column,
                               const std::string& name) {
  if (column < texts.size() && texts[column].empty()) texts[column] = name;
  return texts;
}

bool says_nothing(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  const auto* truth = std::get_if<bool>(&cell);
  return std::holds_alternative<std::monostate>(cell) || (text != nullptr && text->empty()) ||
         (truth != nullptr && !*truth);
}

bool has_content(const Table& table, std::size_t column) {
  const auto says = [column](const Cells& row) { return !says_nothing(row[column]); };
  return table.shape == Shape::kRecord || std::any_of(table.rows.begin(), table.rows.end(), says);
}

bool is_right(const Table& table, std::size_t column) {
  const auto number = [column](const Cells& row) { return is_number(row[column]); };
  return std::any_of(table.rows.begin(), table.rows.end(), number) ||
         (table.total && number(*table.total));
}

}  // namespace

std::vector<std::size_t> columns_for_people(const Table& table, bool verbose) {
  std::vector<std::size_t> columns;
  for (std::size_t k = 0; k < table.columns.size(); ++k) {
    const bool wanted = verbose || !table.columns[k].detail;
    if (wanted && (table.rows.empty() || has_content(table, k))) columns.push_back(k);
  }
  return columns;
}

std::vector<std::size_t> columns_for_scripts(const Table& table) {
  std::vector<std::size_t> columns;
  for (std::size_t k = 0; k < table.columns.size(); ++k) {
    if (!table.columns[k].key.empty()) columns.push_back(k);
  }
  return columns;
}

Grid grid_of(const Table& table, const std::vector<std::size_t>& columns, Sizes sizes) {
  Grid grid;
  for (const std::size_t k : columns) {
    grid.heading.push_back(printable(table.columns[k].heading()));
    grid.right.push_back(is_right(table, k));
  }
  for (const Cells& row : table.rows) grid.rows.push_back(texts_of(row, columns, sizes));
  const std::size_t name = name_column(table, columns, grid);
  if (table.others) {
    grid.others = named(texts_of(*table.others, columns, sizes), name,
                        fmt::format("[{} others]", cell_text(Count{table.hidden}, sizes)));
  }
  if (table.total) {
    grid.total = named(texts_of(*table.total, columns, sizes), name, "total");
  }
  return grid;
}

std::string headline(const Origin& snapshot, const Style& style) {
  const Sizes sizes = style.raw ? Sizes::kRaw : Sizes::kHuman;
  std::string text = fmt::format("{}: {} objects, {}{}",
                                 snapshot.file == "-" ? "standard input" : printable(snapshot.file),
                                 cell_text(Count{snapshot.objects}, sizes),
                                 cell_text(Bytes{snapshot.shallow}, sizes),
                                 sizes == Sizes::kRaw ? " bytes" : "");
  if (!snapshot.python.empty()) text += ", Python " + printable(snapshot.python);
  if (snapshot.pid) text += fmt::format(", pid {}", *snapshot.pid);
  if (!snapshot.time.empty()) text += ", " + printable(snapshot.time);
  if (!snapshot.complete) text += ", incomplete";
  return text;
}

}  // namespace heapsnap
