// Values are what a snapshot tells of the contents of str, bytes, numbers and code objects.
//
// They stay in the encoding of the file, in pools of at most 1 MiB, each value at a multiple of
// four bytes; a node has a 32-bit handle to its own. 0 is no value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/ids.h"
#include "libsnapshot/raw_value.h"

namespace heapsnap {

using ValueHandle = std::uint32_t;

class ValuePools {
 public:
  // Beyond 16 GiB of values: 0.
  ValueHandle add(const RawValue& value);
  RawValue operator[](ValueHandle handle) const;

  // Moves another's pools behind these; its handles grow by what is returned.
  ValueHandle append(ValuePools&& other);

 private:
  std::vector<std::vector<std::uint8_t>> pools_;
};

class Values {
 public:
  Values() = default;
  Values(Array<ValueHandle> handles, ValuePools pools)
      : handles_(std::move(handles)), pools_(std::move(pools)) {}

  bool has(NodeId id) const { return handles_[id] != 0; }
  RawValue raw(NodeId id) const { return has(id) ? pools_[handles_[id]] : RawValue{}; }

 private:
  Array<ValueHandle> handles_;
  ValuePools pools_;
};

}  // namespace heapsnap
