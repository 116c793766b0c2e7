// From the FILES of a command line to the oldest and the newest heap, and what became of the objects
// of the one in the other.
//
// Of several snapshots each is compared with the next; those between the first and the last are
// dropped when that is done, so that three are in memory at most.
#pragma once

#include <cstdint>
#include <vector>

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"
#include "libanalysis/classifier.h"
#include "libanalysis/difference.h"
#include "libanalysis/heap.h"
#include "libanalysis/identity.h"
#include "libanalysis/series.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Compared {
  Heap older;
  Heap newer;
  Identity same;
  std::vector<Origin> origins;            // of all, the oldest first
  std::vector<Note> notes;                // what there is to say of the files
  Series series;                          // of all; empty if there are two
  Array<std::uint32_t> born;              // by newer node: the first snapshot that has it, from 0
};

// Fails with kUnreadable if a snapshot is not whole, unless --partial.
Result<Compared> compare(const Classifier& classifier, const Options& options);

// Of the objects that --where yields.
Result<Difference> difference_of(const Compared& compared, const Classifier& classifier,
                                 const Options& options);

// What the objects were recognised by, and the labels of the captures.
Table comparison_table(const Compared& compared);

// A report without tables.
Report report_on(const Compared& compared, std::string schema);

}  // namespace heapsnap
