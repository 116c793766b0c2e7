// A difference as a table: what each kind of object grew by, how many are new, how many are gone.
#pragma once

#include <string>

#include "apps/heapsnap/comparison.h"
#include "apps/heapsnap/report.h"
#include "libanalysis/difference.h"

namespace heapsnap {

// The title of the column of kinds is the classifier's name. Of more than two snapshots it has what
// there was in each, too.
Table difference_table(const Compared& compared, const Difference& difference, const RankedDifference& ranked, const std::string& by);

}  // namespace heapsnap
