// Where memory accumulates, one row and one sentence for each place.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "apps/heapsnap/report.h"
#include "libanalysis/heap.h"
#include "libanalysis/suspects.h"

namespace heapsnap {

Table suspect_table(const Heap& heap, const std::vector<Suspect>& suspects);

}  // namespace heapsnap
