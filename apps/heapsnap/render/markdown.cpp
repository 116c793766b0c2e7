// Tables as GitHub's Markdown has them, to be pasted into a ticket.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "apps/heapsnap/render/findings.h"
#include "apps/heapsnap/render/grid.h"
#include "apps/heapsnap/render/printable.h"
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

// By row of a difference, whether it is less than a hundredth of all that grew and shrank.
std::vector<bool> small_rows(const Table& table) {
  std::vector<bool> small(table.rows.size(), false);
  const auto column = std::ranges::find(table.columns, "delta.shallow", &TableColumn::key);
  if (column == table.columns.end()) return small;
  std::vector<double> bytes;
  for (const Cells& row : table.rows) {
    const auto* const change =
        std::get_if<BytesChange>(&row[static_cast<std::size_t>(column - table.columns.begin())]);
    bytes.push_back(change == nullptr ? 0 : std::abs(static_cast<double>(change->value)));
  }
  const double all = std::accumulate(bytes.begin(), bytes.end(), 0.0);
  for (std::size_t i = 0; i < small.size(); ++i) small[i] = bytes[i] * 100 < all;
  return small;
}

std::string rows_text(const Table& table, bool verbose, Sizes sizes) {
  if (table.rows.empty() && !table.total) return "nothing\n";
  const Grid grid = grid_of(table, columns_for_people(table, verbose), sizes);
  std::string heading = line_of(grid.heading) + "|";
  for (const bool right : grid.right) heading += right ? "---:|" : "---|";
  heading += "\n";
  std::string text = heading, folded;
  const std::vector<bool> small = small_rows(table);
  for (std::size_t i = 0; i < grid.rows.size(); ++i) {
    (small[i] ? folded : text) += line_of(grid.rows[i]);
  }
  if (!grid.others.empty()) text += line_of(grid.others);
  if (!grid.total.empty()) text += line_of(grid.total);
  if (folded.empty()) return text;
  const auto count = std::ranges::count(small, true);
  return text + fmt::format("\n<details><summary>{} small change{}</summary>\n\n{}{}\n</details>\n",
                            count, count == 1 ? "" : "s", heading, folded);
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

std::string finding_text(const Finding& finding) {
  std::string text = fmt::format("- **{}**: {}", escaped(printable(name_of(finding))),
                                 escaped(printable(explained(finding))));
  if (!finding.file.empty()) {
    text += fmt::format(", at {}:{}", escaped(printable(finding.file)), finding.line);
  }
  if (finding.suppressed) text += ", suppressed: " + escaped(printable(*finding.suppressed));
  return text + fmt::format(" ({})\n", escaped(printable(finding.signature)));
}

// What fails first; what is suppressed is folded.
std::string gate_text(const Gate& gate) {
  std::string failed, suppressed;
  for (const Finding& finding : gate.findings) {
    (finding.suppressed ? suppressed : failed) += finding_text(finding);
  }
  std::string text = "**" + findings_headline(gate) + "**\n\n" + failed;
  if (suppressed.empty()) return text;
  return text + (failed.empty() ? "" : "\n") +
         "<details><summary>suppressed</summary>\n\n" + suppressed + "\n</details>\n";
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
  if (report.gate) text += (text.empty() ? "" : "\n") + gate_text(*report.gate);
  return text;
}

}  // namespace heapsnap
