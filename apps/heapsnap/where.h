// --where, asked of several snapshots. A class may have come or gone: a name that one snapshot
// lacks stands for nothing in it, but a name that is in none of them is a mistake.
//
//     Result<Where> where = Where::of(options);
//     where->classified(heap, classifier)              // of each snapshot
//     if (auto good = where->check(options); !good) ...  // kUsage: the name, and the nearest
#pragma once

#include <cstdint>
#include <string>

#include "apps/heapsnap/options.h"
#include "libanalysis/classifier.h"
#include "libanalysis/heap.h"
#include "libanalysis/node_set.h"
#include "libanalysis/selector.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class Where {
 public:
  static Result<Where> of(const Options& options);

  Result<NodeSet> objects(const Heap& heap);
  Result<Classification> classified(const Heap& heap, const Classifier& classifier);

  // After all snapshots. Where something was found all the same, it is a warning.
  Result<void> check(const Options& options) const;

 private:
  explicit Where(Selector selector) : selector_(std::move(selector)) {}

  Selector selector_;
  bool lacks_none_ = false;     // one of the snapshots has all names
  std::uint64_t found_ = 0;     // objects
  std::string message_ = {};    // about a name that was not there
};

}  // namespace heapsnap
