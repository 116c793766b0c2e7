#include "libanalysis/difference.h"

#include <algorithm>
#include <string>
#include <utility>

#include "libanalysis/retained_rows.h"

namespace heapsnap {
namespace {

// The rows of one snapshot's objects, and of what they are in the other.
void count_fates(const Classification& mine, const Array<NodeId>& partners,
                 const Classification& theirs, std::vector<DifferenceRow>& rows,
                 std::uint64_t DifferenceRow::* alone, std::uint64_t DifferenceRow::* moved) {
  for (NodeId id = 0; id < partners.size(); ++id) {
    const KindId kind = mine.kind_of(id);
    if (kind == kNoKind) continue;
    const NodeId partner = partners[id];
    const bool stays = partner != kNoNode && theirs.kind_of(partner) == kind;
    if (stays) continue;
    rows[kind].*(partner == kNoNode ? alone : moved) += 1;
  }
}

void count_uncertain(const Classification& was, const Classification& is, const Identity& same,
                     std::vector<DifferenceRow>& rows) {
  for (const NodeId id : same.uncertain) {
    const KindId kind = is.kind_of(id);
    if (kind != kNoKind && was.kind_of(same.older[id]) == kind) ++rows[kind].uncertain;
  }
}

// Objects of two processes that are not recognised one by one are compared by their number.
void pair_by_number(DifferenceRow& row) {
  const std::uint64_t pairs = std::min(row.added, row.gone);
  row.added -= pairs;
  row.gone -= pairs;
  row.uncertain += pairs;
}

std::vector<Row> rows_of(const Partition& partition, const std::vector<DifferenceRow>& shown) {
  std::vector<Row> rows;
  for (const DifferenceRow& row : shown) {
    const auto at = std::ranges::lower_bound(partition.rows, row.kind, {}, &Row::kind);
    if (at != partition.rows.end() && at->kind == row.kind) rows.push_back(*at);
  }
  return rows;
}

void add_retained(const Heap& heap, const Partition& partition, RankedDifference& table,
                  std::uint64_t DifferenceRow::* retained) {
  RankedRows ranked{.rows = rows_of(partition, table.rows)};
  heapsnap::add_retained(heap, partition, ranked);
  for (const Row& row : ranked.rows) {
    (*std::ranges::find(table.rows, row.kind, &DifferenceRow::kind)).*retained = row.retained;
  }
  table.others.*retained = ranked.others_retained;
  table.total.*retained = ranked.total_retained;
}

std::int64_t weight(const DifferenceRow& row, SortBy sort) {
  switch (sort) {
    case SortBy::kShallow:
      return growth(row.older.shallow, row.newer.shallow);
    case SortBy::kCount:
      return growth(row.older.count, row.newer.count);
    case SortBy::kRetained:
      return growth(row.older_retained, row.newer_retained);
    case SortBy::kName:
      break;
  }
  return 0;
}

}  // namespace

DifferenceRow& DifferenceRow::operator+=(const DifferenceRow& other) {
  older += other.older;
  newer += other.newer;
  survived += other.survived;
  added += other.added;
  gone += other.gone;
  uncertain += other.uncertain;
  moved_in += other.moved_in;
  moved_out += other.moved_out;
  return *this;
}

bool DifferenceRow::is_change() const {
  return older != newer || added != 0 || gone != 0 || moved_in != 0 || moved_out != 0;
}

std::int64_t growth(std::uint64_t older, std::uint64_t newer) {
  return static_cast<std::int64_t>(newer - older);
}

Difference difference(const Graph& older, const Graph& newer, JoinedKinds kinds,
                      const Identity& same) {
  Difference result{partition(older, std::move(kinds.older)),
                    partition(newer, std::move(kinds.newer)), {}, {}};
  const Classification& was = result.older.classification;
  const Classification& is = result.newer.classification;
  result.rows.resize(is.kind_count());
  for (KindId kind = 0; kind < result.rows.size(); ++kind) result.rows[kind].kind = kind;
  for (const Row& row : result.older.rows) result.rows[row.kind].older = row.measure;
  for (const Row& row : result.newer.rows) result.rows[row.kind].newer = row.measure;
  count_fates(was, same.newer, is, result.rows, &DifferenceRow::gone, &DifferenceRow::moved_out);
  count_fates(is, same.older, was, result.rows, &DifferenceRow::added, &DifferenceRow::moved_in);
  count_uncertain(was, is, same, result.rows);
  for (DifferenceRow& row : result.rows) {
    if (same.basis != IdentityBasis::kAddress) pair_by_number(row);
    row.survived = row.newer.count - row.added - row.moved_in;
    result.total += row;
  }
  return result;
}

RankedDifference ranked(const Difference& difference, SortBy sort, std::size_t limit) {
  using Named = std::pair<std::string, const DifferenceRow*>;
  RankedDifference result;
  result.total = difference.total;
  std::vector<Named> changed;
  for (const DifferenceRow& row : difference.rows) {
    if (row.is_change()) {
      changed.emplace_back(difference.newer.classification.name(row.kind), &row);
    } else {
      result.others += row;
      ++result.other_rows;
    }
  }
  std::ranges::sort(changed, [sort](const Named& a, const Named& b) {
    const std::int64_t more = weight(*a.second, sort), less = weight(*b.second, sort);
    return more != less ? more > less : a.first < b.first;
  });
  for (const Named& row : changed) {
    if (limit == 0 || result.rows.size() < limit) {
      result.rows.push_back(*row.second);
    } else {
      result.others += *row.second;
      ++result.other_rows;
    }
  }
  return result;
}

void add_retained(const Heap& older, const Heap& newer, Difference& difference) {
  heapsnap::add_retained(older, difference.older);
  heapsnap::add_retained(newer, difference.newer);
  for (const Row& row : difference.older.rows) {
    difference.rows[row.kind].older_retained = row.retained;
  }
  for (const Row& row : difference.newer.rows) {
    difference.rows[row.kind].newer_retained = row.retained;
  }
}

void add_retained(const Heap& older, const Heap& newer, const Difference& difference,
                  RankedDifference& table) {
  add_retained(older, difference.older, table, &DifferenceRow::older_retained);
  add_retained(newer, difference.newer, table, &DifferenceRow::newer_retained);
}

}  // namespace heapsnap
