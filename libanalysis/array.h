// Array is a fixed number of elements for the big columns of a graph, zeroed unless one asks for
// anything else.
//
// Large arrays are mappings of their own, on huge pages where the system has them (huge_pages.h):
// random access misses the TLB less (10 to 24 % of the graph's phases).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace heapsnap {

enum class Filled {
  kZeros,
  kAnything,  // every element is written before it is read
};

// Memory of so many bytes, released by release_array.
void* allocate_array(std::size_t bytes, Filled filled);
void release_array(void* memory, std::size_t bytes);

template <class T>
class Array {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Array() = default;
  explicit Array(std::size_t size, Filled filled = Filled::kZeros)
      : memory_(size == 0 ? nullptr : static_cast<T*>(allocate_array(size * sizeof(T), filled)),
                Release{size}) {}

  std::size_t size() const { return memory_ ? memory_.get_deleter().size : 0; }
  bool empty() const { return size() == 0; }
  T* data() { return memory_.get(); }
  const T* data() const { return memory_.get(); }
  T* begin() { return data(); }
  T* end() { return data() + size(); }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size(); }
  T& operator[](std::size_t i) { return memory_.get()[i]; }
  const T& operator[](std::size_t i) const { return memory_.get()[i]; }
  operator std::span<const T>() const { return {data(), size()}; }

 private:
  struct Release {
    std::size_t size = 0;
    void operator()(T* memory) const { release_array(memory, size * sizeof(T)); }
  };
  std::unique_ptr<T[], Release> memory_;
};

}  // namespace heapsnap
