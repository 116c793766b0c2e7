#include "apps/heapsnap/commands/partition_table.h"

#include <utility>

#include "libanalysis/retained_rows.h"

namespace heapsnap {
namespace {

SortBy sort_of(const std::string& name) {
  if (name == "count") return SortBy::kCount;
  if (name == "retained") return SortBy::kRetained;
  return name == "name" ? SortBy::kName : SortBy::kShallow;
}

Percent share(std::uint64_t part, std::uint64_t whole) {
  return {whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole)};
}

Cells figures(const Measure& part, const Measure& whole, std::uint64_t retained) {
  return {Count{part.count}, share(part.count, whole.count), Bytes{part.shallow},
          share(part.shallow, whole.shallow), Bytes{retained}};
}

Cell kind_cell(const Classification& classes, KindId kind) {
  std::vector<std::string> parts = classes.parts(kind);
  if (parts.size() == 1) return std::move(parts[0]);
  return parts;
}

}  // namespace

Table partition_table(const Heap& heap, Partition classes, const std::string& by,
                      const Options& options) {
  const SortBy sort = sort_of(options.sort);
  if (sort == SortBy::kRetained) add_retained(heap, classes);
  RankedRows top = ranked(classes, sort, options.limit);
  add_retained(heap, classes, top);
  Table table{.name = "rows",
              .columns = {{"count"}, {"", "%"}, {"shallow"}, {"", "%"}, {"retained"},
                          {"kind", by}, {.key = "select", .detail = true}}};
  for (const Row& row : top.rows) {
    Cells cells = figures(row.measure, classes.total, row.retained);
    cells.push_back(kind_cell(classes.classification, row.kind));
    cells.push_back(classes.classification.select(row.kind));
    table.rows.push_back(std::move(cells));
  }
  const auto sums = [&classes](const Measure& measure, std::uint64_t retained) {
    Cells cells = figures(measure, classes.total, retained);
    cells.resize(7);
    return cells;
  };
  table.hidden = top.other_rows;
  if (top.other_rows > 0) table.others = sums(top.others, top.others_retained);
  table.total = sums(classes.total, top.total_retained);
  return table;
}

}  // namespace heapsnap
