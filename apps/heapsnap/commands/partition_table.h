// A partition as the table that all commands show it as: count, bytes, their shares, what would
// be freed, kind.
#pragma once

#include <string>

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"
#include "libanalysis/heap.h"
#include "libanalysis/partition.h"

namespace heapsnap {

// Rows in the order of options.sort, at most options.limit of them. The title of the last
// column is the classifier's name.
Table partition_table(const Heap& heap, Partition classes, const std::string& by,
                      const Options& options);

}  // namespace heapsnap
