#include "libanalysis/series.h"

#include <cmath>
#include <utility>

#include "libanalysis/joined_kinds.h"

namespace heapsnap {

void Series::add(const Partition& partition) {
  const std::size_t place = length();
  total_.push_back(partition.total);
  for (const Row& row : partition.rows) {
    const std::string name = without_addresses(partition.classification.name(row.kind));
    SeriesRow& known = rows_[name];
    known.at.resize(place + 1);
    const bool is_first = known.at[place].count == 0;
    known.at[place] += row.measure;
    const std::string select = partition.classification.select(row.kind);
    known.select = is_first ? select : known.select + " | " + select;
    if (known.parts.empty()) {
      known.parts = partition.classification.parts(row.kind);
      for (std::string& part : known.parts) part = without_addresses(part);
    }
  }
}

std::vector<SeriesRow> Series::rows() const {
  std::vector<SeriesRow> rows;
  for (const auto& [name, row] : rows_) {
    rows.push_back(row);
    rows.back().name = name;
    rows.back().at.resize(length());
  }
  return rows;
}

const SeriesRow* Series::find(const std::string& name) const {
  const auto at = rows_.find(name);
  return at == rows_.end() ? nullptr : &at->second;
}

bool grew_every_step(const std::vector<std::uint64_t>& numbers) {
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] <= numbers[i - 1]) return false;
  }
  return numbers.size() > 1;
}

std::int64_t slope(const std::vector<std::uint64_t>& numbers) {
  if (numbers.size() < 2) return 0;
  const double middle = static_cast<double>(numbers.size() - 1) / 2;
  double products = 0, squares = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double away = static_cast<double>(i) - middle;
    products += away * static_cast<double>(numbers[i]);
    squares += away * away;
  }
  return std::llround(products / squares);
}

}  // namespace heapsnap
