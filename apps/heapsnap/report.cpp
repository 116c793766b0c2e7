#include "apps/heapsnap/report.h"

#include <type_traits>
#include <utility>

namespace heapsnap {
namespace {

// What can be summed up.
template <class T>
constexpr bool is_summed = std::is_same_v<T, Bytes> || std::is_same_v<T, SignedBytes> ||
                           std::is_same_v<T, Count> || std::is_same_v<T, Percent> ||
                           std::is_same_v<T, CountChange> || std::is_same_v<T, BytesChange>;

void add(Cell& sum, const Cell& cell) {
  std::visit(
      [&sum]<class T>(const T& more) {
        if constexpr (is_summed<T>) {
          if (std::holds_alternative<std::monostate>(sum)) {
            sum = more;
          } else if (auto* same = std::get_if<T>(&sum)) {
            same->value += more.value;
          }
        }
      },
      cell);
}

}  // namespace

Table section(Table table, std::string name, std::string title) {
  table.name = std::move(name);
  table.title = std::move(title);
  table.shape = Shape::kSection;
  return table;
}

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
