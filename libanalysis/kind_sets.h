// KindSets interns sets of small integers: equal sets have equal ids, dense from 0.
//
// What the classifiers rcs and via need: the kinds of an object's referrers, and the labels of
// the edges to it, are sets that many objects share.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libanalysis/ids.h"

namespace heapsnap {

class KindSets {
 public:
  // Sorts the members and takes each once.
  KindId intern(std::vector<std::uint32_t>& members);
  std::span<const std::uint32_t> members(KindId id) const;  // increasing
  KindId size() const { return static_cast<KindId>(begin_.size() - 1); }

 private:
  void grow();

  std::vector<std::uint32_t> members_;      // of all sets, one after the other
  std::vector<std::uint64_t> begin_ = {0};  // by id, and one more
  std::vector<std::uint64_t> hash_;         // by id
  std::vector<KindId> slots_ = std::vector<KindId>(64, kNoKind);  // open addressing
};

}  // namespace heapsnap
