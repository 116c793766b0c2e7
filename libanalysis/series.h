// Each kind of object in several snapshots, one after the other.
//
//     Series series;
//     for (each snapshot) series.add(partition(graph, classes));   // may be dropped afterwards
//     series.rows()[i].at[k].count                                 // in snapshot k
//
// Kinds are joined by name. Types of one name are one kind here: their addresses say nothing of the
// next snapshot. Memory: names and figures of the kinds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "libanalysis/partition.h"

namespace heapsnap {

struct SeriesRow {
  std::string name = {};
  std::vector<std::string> parts = {};
  std::string select = {};       // in the last snapshot that has the kind
  std::vector<Measure> at = {};  // by snapshot
};

class Series {
 public:
  void add(const Partition& partition);

  std::size_t length() const { return total_.size(); }
  std::vector<SeriesRow> rows() const;                     // by name
  const SeriesRow* find(const std::string& name) const;    // null: no snapshot has it
  const std::vector<Measure>& total() const { return total_; }

 private:
  std::map<std::string, SeriesRow> rows_;
  std::vector<Measure> total_;
};

// Of the numbers of one row.
bool grew_every_step(const std::vector<std::uint64_t>& numbers);
// What they grow by from one to the next: least squares, rounded.
std::int64_t slope(const std::vector<std::uint64_t>& numbers);

}  // namespace heapsnap
