#include "apps/heapsnap/report.h"

#include <utility>

namespace heapsnap {
namespace {

void add(Cell& sum, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(sum)) {
    const bool summable = std::holds_alternative<Bytes>(cell) ||
                          std::holds_alternative<Count>(cell) ||
                          std::holds_alternative<Percent>(cell);
    if (summable) sum = cell;
  } else if (auto* bytes = std::get_if<Bytes>(&sum)) {
    if (const auto* more = std::get_if<Bytes>(&cell)) bytes->value += more->value;
  } else if (auto* count = std::get_if<Count>(&sum)) {
    if (const auto* more = std::get_if<Count>(&cell)) count->value += more->value;
  } else if (auto* percent = std::get_if<Percent>(&sum)) {
    if (const auto* more = std::get_if<Percent>(&cell)) percent->value += more->value;
  }
}

}  // namespace

void cut(Table& table, std::size_t limit) {
  if (limit == 0 || table.rows.size() <= limit) return;
  Cells others(table.columns.size());
  for (std::size_t i = limit; i < table.rows.size(); ++i) {
    for (std::size_t k = 0; k < others.size(); ++k) add(others[k], table.rows[i][k]);
  }
  table.hidden = table.rows.size() - limit;
  table.rows.resize(limit);
  table.others = std::move(others);
}

}  // namespace heapsnap
