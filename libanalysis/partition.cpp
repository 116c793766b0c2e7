#include "libanalysis/partition.h"

#include <algorithm>
#include <string>
#include <tuple>

namespace heapsnap {
namespace {

// Rows with their names, which are made for those that need them to be told apart.
class Ranking {
 public:
  Ranking(const Partition& partition, SortBy sort) : partition_(partition), sort_(sort) {}

  // Larger rows first.
  std::uint64_t weight(const Row& row) const {
    switch (sort_) {
      case SortBy::kShallow:
        return row.measure.shallow;
      case SortBy::kCount:
        return row.measure.count;
      case SortBy::kRetained:
        return row.retained;
      case SortBy::kName:
        break;
    }
    return 0;
  }

  void sort(std::vector<Row>& rows, std::size_t limit) const {
    std::ranges::stable_sort(rows, std::greater<>(),
                             [this](const Row& row) { return weight(row); });
    for (auto at = rows.begin(); at != rows.end() && at - rows.begin() < std::ptrdiff_t(limit);) {
      const auto end = std::find_if(
          at, rows.end(), [this, at](const Row& row) { return weight(row) != weight(*at); });
      if (end - at > 1) sort_by_name({at, end});
      at = end;
    }
  }

 private:
  void sort_by_name(std::span<Row> rows) const {
    std::vector<std::pair<std::string, Row>> named;
    for (const Row& row : rows) named.emplace_back(partition_.classification.name(row.kind), row);
    std::ranges::stable_sort(named, {}, &std::pair<std::string, Row>::first);
    std::ranges::transform(named, rows.begin(), &std::pair<std::string, Row>::second);
  }

  const Partition& partition_;
  SortBy sort_;
};

// `members` tells how many objects a node stands for.
template <class Members>
Partition partition_of(const Graph& graph, Classification classification, Members members) {
  std::vector<Measure> measures(classification.kind_count());
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    const KindId kind = classification.kind_of(id);
    if (kind == kNoKind) continue;
    const std::uint64_t count = members(id);
    measures[kind] += {count, count * graph.size(id)};
  }
  Partition result{std::move(classification), {}, {}};
  for (KindId kind = 0; kind < measures.size(); ++kind) {
    if (measures[kind].count == 0) continue;
    result.rows.push_back({.kind = kind, .measure = measures[kind]});
    result.total += measures[kind];
  }
  return result;
}

}  // namespace

Measure& Measure::operator+=(const Measure& other) {
  count += other.count;
  shallow += other.shallow;
  return *this;
}

Partition partition(const Graph& graph, Classification classification) {
  return partition_of(graph, std::move(classification), [](NodeId) { return 1; });
}

Partition partition(const Census& census, Classification classification) {
  return partition_of(census.kinds.graph(), std::move(classification),
                      [&census](NodeId id) { return census.members[id]; });
}

RankedRows ranked(const Partition& partition, SortBy sort, std::size_t limit) {
  RankedRows result{.rows = partition.rows};
  const std::size_t shown = limit == 0 ? result.rows.size() : std::min(limit, result.rows.size());
  Ranking(partition, sort).sort(result.rows, shown);
  for (std::size_t i = shown; i < result.rows.size(); ++i) {
    ++result.other_rows;
    result.others += result.rows[i].measure;
  }
  result.rows.resize(shown);
  return result;
}

Measure measure(const Graph& graph, const NodeSet& nodes) {
  Measure measure;
  for (const NodeId id : nodes) {
    ++measure.count;
    measure.shallow += graph.size(id);
  }
  return measure;
}

Measure measure(const Census& census) {
  const Graph& graph = census.kinds.graph();
  Measure measure;
  for (const NodeId id : graph.objects()) {
    measure += {census.members[id], census.members[id] * graph.size(id)};
  }
  return measure;
}

}  // namespace heapsnap
