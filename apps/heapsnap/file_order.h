// Whether snapshots are given in the order in which they were captured. A shell's round.* is not:
// round.10 comes before round.2, and growth no longer looks like growth.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/heapsnap/report.h"

namespace heapsnap {

struct OutOfOrder {
  std::string message;
  bool one_process = false;  // otherwise clocks may be wrong, or the order meant
};

// What there is to say of a snapshot, or a copy of it, that stands in a row twice.
std::optional<std::string> given_twice(const std::vector<Origin>& snapshots);

// One that was captured before the one in front of it, by their clocks: the first of the same
// process, if there is one, else the first.
std::optional<OutOfOrder> out_of_order(const std::vector<Origin>& snapshots);

}  // namespace heapsnap
