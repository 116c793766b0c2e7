#include "libanalysis/classifiers/all.h"

namespace heapsnap {

tl::unexpected<Error> no_allocation_sites() {
  return failure(ErrorCode::kUsage,
                 "this snapshot does not say where objects were allocated: no capture records that "
                 "yet");
}

Result<Classification> classify_by_alloc(const Heap&, const NodeSet&, const Factor&) {
  return no_allocation_sites();
}

}  // namespace heapsnap
