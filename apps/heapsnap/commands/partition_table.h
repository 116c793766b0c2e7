// A partition as the table that all commands show it as: count, bytes, their shares, kind; and what
// would be freed, where that was asked for.
#pragma once

#include <string>

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"
#include "libanalysis/heap.h"
#include "libanalysis/partition.h"

namespace heapsnap {

// Retained sizes cost more than all else: they are shown where they decide the order.
bool wants_retained(const Options& options);

// Rows in the order of options.sort, at most options.limit of them. The title of the last
// column is the classifier's name.
Table partition_table(const Heap& heap, Partition classes, const std::string& by,
                      const Options& options);
// Without retained sizes, whatever the order, and with them.
Table partition_table(const Partition& classes, const std::string& by, const Options& options);
Table retained_table(const Heap& heap, Partition classes, const std::string& by,
                     const Options& options);

}  // namespace heapsnap
