// Column is a vector whose room was set aside beforehand, in a block that several columns share.
//
//     Array<std::byte> block(column_bytes<Address>(n) + column_bytes<std::uint32_t>(n));
//     std::byte* room = block.data();
//     Column<Address> address(room, n);             // takes its part of the room
//     Column<std::uint32_t> type(room, n);
//
// A block of some megabytes is made of huge pages, where the system has them: a fault for each
// 2 MiB instead of one for each 4 KiB.
// Nothing checks the capacity.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

namespace heapsnap {

// With what it takes to keep the next column aligned.
template <class T>
constexpr std::size_t column_bytes(std::size_t capacity) {
  constexpr std::size_t kAlignment = 8;
  static_assert(alignof(T) <= kAlignment);
  return (capacity * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
}

template <class T>
class Column {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Column() = default;
  Column(std::byte*& room, std::size_t capacity) : data_(reinterpret_cast<T*>(room)) {
    room += column_bytes<T>(capacity);
  }

  void push_back(T value) { data_[size_++] = value; }
  void append(std::span<const T> values) {
    std::ranges::copy(values, data_ + size_);
    size_ += values.size();
  }

  std::size_t size() const { return size_; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  const T& back() const { return data_[size_ - 1]; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace heapsnap
