// Aligned columns for people. Numbers stand at the right, text at the left; text of the last
// column is cut at the edge of a terminal and nowhere else.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "apps/heapsnap/render/cell_text.h"
#include "apps/heapsnap/render/findings.h"
#include "apps/heapsnap/render/grid.h"
#include "apps/heapsnap/render/printable.h"
#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kReset = "\x1b[0m";

// The first `width` code points, the last of them an ellipsis if there were more.
std::string cut_to(const std::string& text, std::size_t width) {
  if (text_width(text) <= width) return text;
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (starts && ++seen == std::max<std::size_t>(width, 1)) break;
  }
  return text.substr(0, at) + "…";
}

std::string line_of(const Grid& grid, const std::vector<std::string>& cells,
                    const std::vector<std::size_t>& widths, std::size_t limit) {
  std::string line;
  std::size_t used = 0;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    const bool last = k + 1 == cells.size();
    const std::size_t pad = widths[k] - text_width(cells[k]);
    if (k > 0) line += "  ";
    if (grid.right[k]) line.append(pad, ' ');
    const bool cuts = last && limit > used + 2;
    line += cuts ? cut_to(cells[k], limit - used) : cells[k];
    if (!grid.right[k] && !last) line.append(pad, ' ');
    used += widths[k] + 2;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::string painted(std::string_view color, const std::string& line, const Style& style) {
  if (!style.color || line.empty()) return line + "\n";
  return fmt::format("{}{}{}\n", color, line, kReset);
}

std::string rows_text(const Table& table, const Style& style) {
  if (table.rows.empty() && !table.total) return "nothing\n";
  Grid grid = grid_of(table, columns_for_people(table, style.verbose),
                            style.raw ? Sizes::kRaw : Sizes::kHuman);
  std::vector<std::size_t> widths(grid.heading.size(), 0);
  const auto widen = [&widths](const std::vector<std::string>& cells) {
    for (std::size_t k = 0; k < cells.size(); ++k) {
      widths[k] = std::max(widths[k], text_width(cells[k]));
    }
  };
  for (std::string& heading : grid.heading) heading = upper(heading);
  widen(grid.heading);
  for (const auto& row : grid.rows) widen(row);
  widen(grid.others);
  widen(grid.total);

  std::string text = painted(kBold, line_of(grid, grid.heading, widths, style.width), style);
  for (const auto& row : grid.rows) text += line_of(grid, row, widths, style.width) + "\n";
  if (!grid.others.empty()) {
    text += painted(kDim, line_of(grid, grid.others, widths, style.width), style);
  }
  if (!grid.total.empty()) {
    text += painted(kBold, line_of(grid, grid.total, widths, style.width), style);
  }
  return text;
}

// One line a column: "pid:     4242".
std::string record_text(const Table& table, const Style& style) {
  if (table.rows.empty()) return "";
  std::size_t width = 0;
  for (const TableColumn& column : table.columns) width = std::max(width, column.heading().size());
  std::string text;
  for (const std::size_t k : columns_for_people(table, style.verbose)) {
    const Cell& cell = table.rows[0][k];
    if (std::holds_alternative<std::monostate>(cell)) continue;
    text += fmt::format("{:<{}}  {}\n", table.columns[k].heading() + ":", width + 1,
                        cell_text(cell, style.raw ? Sizes::kRaw : Sizes::kHuman));
  }
  return text;
}

}  // namespace

std::string render_table(const Report& report, const Style& style) {
  std::string text;
  for (const Origin& older : report.older) text += painted(kBold, headline(older, style), style);
  if (report.snapshot) text += painted(kBold, headline(*report.snapshot, style), style);
  for (const Table& table : report.tables) {
    if (!text.empty()) text += "\n";
    if (!table.title.empty()) text += painted(kBold, table.title, style);
    text += table.shape == Shape::kRecord ? record_text(table, style) : rows_text(table, style);
  }
  if (report.gate) text += (text.empty() ? "" : "\n") + findings_text(*report.gate, style);
  return text;
}

}  // namespace heapsnap
