// WideColumn is a column of 64-bit numbers, nearly all of which fit 32 bits and cost four bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/ids.h"

namespace heapsnap {

class WideColumn {
 public:
  using Exception = std::pair<NodeId, std::uint64_t>;
  static constexpr std::uint32_t kWide = std::numeric_limits<std::uint32_t>::max();

  WideColumn() = default;
  explicit WideColumn(std::size_t size) : narrow_(size) {}

  // Different nodes can be set from different threads, up to `narrow`'s limit: a value that does
  // not fit is stored as kWide and must be among the exceptions set at the end.
  static bool fits(std::uint64_t value) { return value < kWide; }
  void set(NodeId id, std::uint32_t narrow) { narrow_[id] = narrow; }
  void set_exceptions(std::vector<Exception> exceptions) {
    std::sort(exceptions.begin(), exceptions.end());
    wide_ = std::move(exceptions);
  }

  std::uint64_t operator[](NodeId id) const {
    const std::uint32_t narrow = narrow_[id];
    return narrow != kWide ? narrow : wide(id);
  }

  // What it is made of: a number a node, and by node those that do not fit.
  Array<std::uint32_t>& narrow() { return narrow_; }
  const Array<std::uint32_t>& narrow() const { return narrow_; }
  const std::vector<Exception>& exceptions() const { return wide_; }

 private:
  std::uint64_t wide(NodeId id) const {
    return std::lower_bound(wide_.begin(), wide_.end(), Exception{id, 0})->second;
  }

  Array<std::uint32_t> narrow_;
  std::vector<Exception> wide_;  // by node
};

}  // namespace heapsnap
