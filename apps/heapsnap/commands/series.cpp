// heapsnap series: each kind of object in several snapshots, one column a snapshot.
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/file_order.h"
#include "apps/heapsnap/load.h"
#include "apps/heapsnap/programs.h"
#include "apps/heapsnap/sparkline.h"
#include "apps/heapsnap/where.h"
#include "libanalysis/census.h"
#include "libanalysis/classifier.h"
#include "libanalysis/difference.h"
#include "libanalysis/series.h"

namespace heapsnap {
namespace {

constexpr const char* kSchema = "heapsnap.series/1";

using Numbers = std::vector<std::uint64_t>;

Numbers counts(const std::vector<Measure>& at) {
  Numbers numbers;
  for (const Measure& measure : at) numbers.push_back(measure.count);
  return numbers;
}

Numbers sizes(const std::vector<Measure>& at) {
  Numbers numbers;
  for (const Measure& measure : at) numbers.push_back(measure.shallow);
  return numbers;
}

// Adds a snapshot, and says where it comes from. Nothing else of it is kept.
Result<Report> add(Series& series, ProgramWatch& programs, const Classifier& classifier,
                   Where& where, const Options& options) {
  Result<SnapshotReader> snapshot = open_snapshot(options);
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (classifier.is_of_census() && options.where.empty() && !options.index) {
    const std::optional<Census> census = take_census(*snapshot, build_options(options));
    if (census) {
      auto kinds = classifier.classify(census->kinds, census->kinds.graph().objects());
      if (!kinds) return tl::unexpected(kinds.error());
      series.add(partition(*census, std::move(*kinds)));
      programs.add(census->kinds.graph().provenance());
      return report_on(*census, options, kSchema);
    }
  }
  const Result<Heap> heap = load_heap(*snapshot, options);
  if (!heap) return tl::unexpected(heap.error());
  if (auto whole = require_whole(*heap, options); !whole) return tl::unexpected(whole.error());
  auto kinds = where.classified(*heap, classifier);
  if (!kinds) return tl::unexpected(kinds.error());
  series.add(partition(heap->graph(), std::move(*kinds)));
  programs.add(heap->graph().provenance());
  return report_on(heap->graph(), options, kSchema);
}

class SeriesTable {
 public:
  SeriesTable(const Series& series, const Options& options, const std::string& by)
      : series_(series), by_count_(options.sort == "count"), by_name_(options.sort == "name"),
        utf8_(locale_is_utf8()) {
    table_.name = "rows";
    add_columns("count", !by_count_);
    add_columns("shallow", by_count_);
    table_.columns.insert(table_.columns.end(),
                          {{"delta.count", by_count_ ? "growth" : "count", !by_count_},
                           {"delta.shallow", by_count_ ? "shallow" : "growth", by_count_},
                           {.key = "slope.count", .detail = true},
                           {.key = "slope.shallow", .detail = true},
                           {.key = "grew_every_step", .title = "each step"},
                           {"", "trend"},
                           {"kind", by},
                           {.key = "select", .detail = true}});
    add_rows(options.limit);
  }

  Table take() { return std::move(table_); }

 private:
  void add_columns(const std::string& measure, bool detail) {
    for (std::size_t k = 1; k <= series_.length(); ++k) {
      const std::string number = std::to_string(k);
      table_.columns.push_back({measure + "." + number, number, detail});
    }
  }

  Cells figures(const std::vector<Measure>& at) const {
    const Numbers count = counts(at), shallow = sizes(at);
    Cells cells;
    for (const std::uint64_t number : count) cells.emplace_back(Count{number});
    for (const std::uint64_t number : shallow) cells.emplace_back(Bytes{number});
    const Numbers& shown = by_count_ ? count : shallow;
    cells.emplace_back(CountChange{growth(count.front(), count.back())});
    cells.emplace_back(BytesChange{growth(shallow.front(), shallow.back())});
    cells.emplace_back(CountChange{slope(count)});
    cells.emplace_back(BytesChange{slope(shallow)});
    cells.emplace_back(grew_every_step(shown));
    cells.emplace_back(sparkline(shown, utf8_));
    return cells;
  }

  std::int64_t weight(const SeriesRow& row) const {
    if (by_name_) return 0;
    const Numbers shown = by_count_ ? counts(row.at) : sizes(row.at);
    return growth(shown.front(), shown.back());
  }

  void add_rows(std::size_t limit) {
    std::vector<SeriesRow> rows = series_.rows();
    std::ranges::stable_sort(rows, std::greater<>(), [this](const SeriesRow& row) {
      return weight(row);
    });
    const std::size_t shown = limit == 0 ? rows.size() : std::min(limit, rows.size());
    std::vector<Measure> others(series_.length());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i < shown) {
        add_row(rows[i]);
      } else {
        for (std::size_t k = 0; k < others.size(); ++k) others[k] += rows[i].at[k];
      }
    }
    table_.hidden = rows.size() - shown;
    if (table_.hidden > 0) table_.others = sums(others);
    table_.total = sums(series_.total());
  }

  void add_row(const SeriesRow& row) {
    Cells cells = figures(row.at);
    if (row.parts.size() == 1) {
      cells.emplace_back(row.parts[0]);
    } else {
      cells.emplace_back(row.parts);
    }
    cells.emplace_back(row.select);
    table_.rows.push_back(std::move(cells));
  }

  Cells sums(const std::vector<Measure>& at) const {
    Cells cells = figures(at);
    cells.resize(table_.columns.size());
    return cells;
  }

  const Series& series_;
  bool by_count_;
  bool by_name_;
  bool utf8_;
  Table table_;
};

}  // namespace

void take_series(CLI::App& app, Options& options) {
  take_files(app, options, 2);
  take_by(app, options);
  take_where(app, options);
  take_series_sort(app, options);
}

Result<Report> series(const Options& options) {
  const Result<Classifier> classifier = find_classifier(options.by);
  if (!classifier) return tl::unexpected(classifier.error());
  Result<Where> where = Where::of(options);
  if (!where) return tl::unexpected(where.error());
  Series all;
  ProgramWatch programs;
  Report report{.schema = kSchema};
  for (const std::string& file : options.files) {
    Result<Report> one = add(all, programs, *classifier, *where, for_file(options, file));
    if (!one) return one;
    if (report.snapshot) report.older.push_back(std::move(*report.snapshot));
    report.snapshot = std::move(one->snapshot);
    for (Note& note : one->notes) report.notes.push_back({note.kind, file + ": " + note.text});
  }
  if (auto good = where->check(options); !good) return tl::unexpected(good.error());
  std::vector<Origin> given = report.older;
  given.push_back(*report.snapshot);
  if (const auto wrong = out_of_order(given)) {
    report.notes.push_back({Note::Kind::kWarning, wrong->message});
  }
  if (programs.found()) {
    report.notes.push_back(
        {Note::Kind::kWarning, *programs.found() + ": what they have is compared by name"});
  }
  report.tables.push_back(SeriesTable(all, options, classifier->name()).take());
  return report;
}

}  // namespace heapsnap
