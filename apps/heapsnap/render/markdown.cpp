// Tables as GitHub's Markdown has them, to be pasted into a ticket.
#include <fmt/format.h>

#include "apps/heapsnap/render/grid.h"
#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

// Characters that Markdown or HTML would take for markup.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_|<>[]#~").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + escaped(cell) + " |";
  return line + "\n";
}

std::string rows_text(const Table& table, bool verbose, Sizes sizes) {
  if (table.rows.empty() && !table.total) return "nothing\n";
  const Grid grid = grid_of(table, columns_for_people(table, verbose), sizes);
  std::string text = line_of(grid.heading) + "|";
  for (const bool right : grid.right) text += right ? "---:|" : "---|";
  text += "\n";
  for (const auto& row : grid.rows) text += line_of(row);
  if (!grid.others.empty()) text += line_of(grid.others);
  if (!grid.total.empty()) text += line_of(grid.total);
  return text;
}

std::string record_text(const Table& table, bool verbose, Sizes sizes) {
  if (table.rows.empty()) return "";
  std::string text;
  for (const std::size_t k : columns_for_people(table, verbose)) {
    const Cell& cell = table.rows[0][k];
    if (std::holds_alternative<std::monostate>(cell)) continue;
    text += fmt::format("- {}: {}\n", escaped(table.columns[k].heading()),
                        escaped(cell_text(cell, sizes)));
  }
  return text;
}

}  // namespace

std::string render_markdown(const Report& report, const Style& style) {
  const Sizes sizes = style.raw ? Sizes::kRaw : Sizes::kHuman;
  std::string text;
  for (const Origin& older : report.older) text += escaped(headline(older, style)) + "  \n";
  if (report.snapshot) text += escaped(headline(*report.snapshot, style)) + "\n";
  for (const Table& table : report.tables) {
    if (!text.empty()) text += "\n";
    if (!table.title.empty()) text += "**" + escaped(table.title) + "**\n\n";
    text += table.shape == Shape::kRecord ? record_text(table, style.verbose, sizes)
                                          : rows_text(table, style.verbose, sizes);
  }
  return text;
}

}  // namespace heapsnap
