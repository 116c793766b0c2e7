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

Cell kind_cell(const Classification& classes, KindId kind) {
  std::vector<std::string> parts = classes.parts(kind);
  if (parts.size() == 1) return std::move(parts[0]);
  return parts;
}

Table table_of(const Partition& classes, const RankedRows& top, const std::string& by,
               bool with_retained) {
  const auto figures = [&](const Measure& part, std::uint64_t retained) {
    Cells cells = {Count{part.count}, share(part.count, classes.total.count),
                   Bytes{part.shallow}, share(part.shallow, classes.total.shallow)};
    if (with_retained) cells.emplace_back(Bytes{retained});
    return cells;
  };
  Table table{.name = "rows", .columns = {{"count"}, {"", "%"}, {"shallow"}, {"", "%"}}};
  if (with_retained) table.columns.push_back({"retained"});
  table.columns.push_back({"kind", by});
  table.columns.push_back({.key = "select", .detail = true});
  for (const Row& row : top.rows) {
    Cells cells = figures(row.measure, row.retained);
    cells.push_back(kind_cell(classes.classification, row.kind));
    cells.push_back(classes.classification.select(row.kind));
    table.rows.push_back(std::move(cells));
  }
  const auto sums = [&](const Measure& measure, std::uint64_t retained) {
    Cells cells = figures(measure, retained);
    cells.resize(table.columns.size());
    return cells;
  };
  table.hidden = top.other_rows;
  if (top.other_rows > 0) table.others = sums(top.others, top.others_retained);
  table.total = sums(classes.total, top.total_retained);
  return table;
}

}  // namespace

bool wants_retained(const Options& options) {
  return sort_of(options.sort) == SortBy::kRetained;
}

Table partition_table(const Partition& classes, const std::string& by, const Options& options) {
  return table_of(classes, ranked(classes, sort_of(options.sort), options.limit), by, false);
}

Table retained_table(const Heap& heap, Partition classes, const std::string& by,
                     const Options& options) {
  const SortBy sort = sort_of(options.sort);
  if (sort == SortBy::kRetained) add_retained(heap, classes);
  RankedRows top = ranked(classes, sort, options.limit);
  add_retained(heap, classes, top);
  return table_of(classes, top, by, true);
}

Table partition_table(const Heap& heap, Partition classes, const std::string& by,
                      const Options& options) {
  if (wants_retained(options)) return retained_table(heap, std::move(classes), by, options);
  return partition_table(classes, by, options);
}

}  // namespace heapsnap
