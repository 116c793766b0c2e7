// Values are what a snapshot tells of the contents of str, bytes, numbers and code objects.
//
// They stay in the encoding of the file, in pools of at most 1 MiB, each value at a multiple of
// four bytes; a node has a 32-bit handle to its own. 0 is no value.
#pragma once

#include <cstdint>
#include <vector>

#include "libanalysis/ids.h"
#include "libsnapshot/raw_value.h"

namespace heapsnap {

using ValueHandle = std::uint32_t;

class ValuePools {
 public:
  // Beyond 16 GiB of values: 0.
  ValueHandle add(const RawValue& value);
  // Views are into the pool.
  RawValue operator[](ValueHandle handle) const;

  // What it is made of. A handle that is not of these pools is not in them.
  using Pools = std::vector<std::vector<std::uint8_t>>;
  static ValuePools of(Pools pools);
  const Pools& pools() const { return pools_; }
  bool contains(ValueHandle handle) const;

  // Moves another's pools behind these. Its handles are then those that moved() gives for them
  // and what is returned.
  std::uint64_t append(ValuePools&& other);
  static ValueHandle moved(ValueHandle handle, std::uint64_t before) {
    return handle + before <= UINT32_MAX ? static_cast<ValueHandle>(handle + before) : 0;
  }

 private:
  Pools pools_;
};

}  // namespace heapsnap
