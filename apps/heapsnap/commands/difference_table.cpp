#include "apps/heapsnap/commands/difference_table.h"

#include <utility>
#include <vector>

namespace heapsnap {
namespace {

PercentChange percent(std::uint64_t older, std::uint64_t newer) {
  if (older == 0) return {newer == 0 ? std::optional(0.0) : std::nullopt};
  return {100.0 * static_cast<double>(growth(older, newer)) / static_cast<double>(older)};
}

Cells figures(const DifferenceRow& row) {
  return {Count{row.older.count},
          Bytes{row.older.shallow},
          Bytes{row.older_retained},
          Count{row.newer.count},
          Bytes{row.newer.shallow},
          Bytes{row.newer_retained},
          CountChange{growth(row.older.count, row.newer.count)},
          percent(row.older.count, row.newer.count),
          BytesChange{growth(row.older.shallow, row.newer.shallow)},
          BytesChange{growth(row.older_retained, row.newer_retained)},
          percent(row.older_retained, row.newer_retained),
          Count{row.survived},
          Count{row.added},
          Count{row.gone},
          Count{row.uncertain},
          Count{row.moved_in},
          Count{row.moved_out}};
}

Cell kind_cell(std::vector<std::string> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  return parts;
}

// Few classifiers let objects move: columns of nothing are not shown.
Table empty_table(bool any_moved) {
  return {.name = "rows",
          .columns = {{.key = "old.count", .detail = true},
                      {.key = "old.shallow", .detail = true},
                      {.key = "old.retained", .detail = true},
                      {.key = "new.count", .detail = true},
                      {.key = "new.shallow", .detail = true},
                      {.key = "new.retained", .detail = true},
                      {"delta.count", "count"},
                      {"", "%"},
                      {"delta.shallow", "shallow"},
                      {"delta.retained", "retained"},
                      {"", "%"},
                      {.key = "survived", .detail = true},
                      {"added", "new"},
                      {"gone"},
                      {"uncertain"},
                      {"moved_in", "moved in", !any_moved},
                      {"moved_out", "moved out", !any_moved}}};
}

// What rows have of the snapshots between the first and the last.
class BetweenCells {
 public:
  BetweenCells(const Compared& compared, const Difference& difference)
      : compared_(compared), names_(difference.newer.classification),
        kept_new_(difference.rows.size()) {
    const std::size_t last = compared.origins.size() - 1;
    for (NodeId id = 0; id < compared.born.size(); ++id) {
      const KindId kind = names_.kind_of(id);
      if (kind == kNoKind || compared.born[id] == 0 || compared.born[id] == last) continue;
      ++kept_new_[kind];
      ++all_kept_new_;
    }
  }

  bool wanted() const { return compared_.series.length() > 0; }

  static void add_columns(Table& table) {
    table.columns.insert(table.columns.end(),
                         {{"counts", "each"},
                          {"grew_every_step", "each step"},
                          {.key = "slope", .detail = true},
                          {"kept_new", "new and kept"}});
  }

  void add(const DifferenceRow& row, Cells& cells) const {
    const SeriesRow* const known = compared_.series.find(without_addresses(names_.name(row.kind)));
    std::vector<Measure> at = known == nullptr ? std::vector<Measure>() : known->at;
    at.resize(compared_.series.length());
    put(at, kept_new_[row.kind], cells);
  }
  void add_total(Cells& cells) const { put(compared_.series.total(), all_kept_new_, cells); }

 private:
  static void put(const std::vector<Measure>& at, std::uint64_t kept_new, Cells& cells) {
    Counts counts;
    for (const Measure& measure : at) counts.values.push_back(measure.count);
    cells.emplace_back(counts);
    cells.emplace_back(grew_every_step(counts.values));
    cells.emplace_back(CountChange{slope(counts.values)});
    cells.emplace_back(Count{kept_new});
  }

  const Compared& compared_;
  const Classification& names_;
  std::vector<std::uint64_t> kept_new_;  // by kind: new in a snapshot between, and still there
  std::uint64_t all_kept_new_ = 0;
};

}  // namespace

Table difference_table(const Compared& compared, const Difference& difference,
                       const RankedDifference& ranked, const std::string& by) {
  Table table = empty_table(ranked.total.moved_in + ranked.total.moved_out > 0);
  const BetweenCells between(compared, difference);
  if (between.wanted()) BetweenCells::add_columns(table);
  table.columns.push_back({"kind", by});
  table.columns.push_back({.key = "select", .detail = true});
  for (const DifferenceRow& row : ranked.rows) {
    const bool is_there = row.newer.count > 0;
    const Classification& classes =
        is_there ? difference.newer.classification : difference.older.classification;
    Cells cells = figures(row);
    if (between.wanted()) between.add(row, cells);
    cells.push_back(kind_cell(classes.parts(row.kind)));
    cells.push_back(classes.select(row.kind));
    table.rows.push_back(std::move(cells));
  }
  const auto sums = [&table](const DifferenceRow& row) {
    Cells cells = figures(row);
    cells.resize(table.columns.size());
    return cells;
  };
  table.hidden = ranked.other_rows;
  if (ranked.other_rows > 0) table.others = sums(ranked.others);
  Cells total = figures(ranked.total);
  if (between.wanted()) between.add_total(total);
  total.resize(table.columns.size());
  table.total = std::move(total);
  return table;
}

}  // namespace heapsnap
