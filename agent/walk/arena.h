// Arena hands out zeroed memory that lives as long as the walk: first from what the host mapped
// beforehand, then from mappings of its own, 4 MiB at a time.
//
// Nothing is given back. A request that cannot be met returns nullptr and sets failed().
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/syscall.h"

namespace heapsnap {

class Arena {
 public:
  // At most `limit` bytes are mapped besides what the host gave.
  Arena(void* start, std::size_t size, std::size_t limit = ~std::size_t{0})
      : next_(static_cast<std::uint8_t*>(start)), end_(next_ + size), limit_(limit) {}

  void* allocate(std::size_t size) {
    size = (size + kAlign - 1) & ~(kAlign - 1);
    if (static_cast<std::size_t>(end_ - next_) < size && !grow(size)) return nullptr;
    void* const result = next_;
    next_ += size;
    return result;
  }

  template <class T>
  T* make_array(std::size_t count) {
    return static_cast<T*>(allocate(count * sizeof(T)));
  }

  bool failed() const { return failed_; }
  std::size_t mapped() const { return mapped_; }  // bytes, besides what the host gave

 private:
  static constexpr std::size_t kAlign = 64;
  static constexpr std::size_t kStep = std::size_t{4} << 20;

  bool grow(std::size_t size) {
    const std::size_t step = size > kStep ? (size + kStep - 1) & ~(kStep - 1) : kStep;
    void* const start = step <= limit_ - mapped_ ? sys::map(step) : nullptr;
    if (start == nullptr) {
      failed_ = true;
      return false;
    }
    next_ = static_cast<std::uint8_t*>(start);
    end_ = next_ + step;
    mapped_ += step;
    return true;
  }

  std::uint8_t* next_;
  std::uint8_t* end_;
  std::size_t limit_;
  std::size_t mapped_ = 0;
  bool failed_ = false;
};

}  // namespace heapsnap
