// Reading a numpy.ndarray by the part of its struct that is numpy's binary interface, of numpy 1
// as well as 2. No function of numpy's is called.
#pragma once

#include <cstdint>

#include "agent/walk/walk_state.h"

namespace heapsnap {

// PyArray_Descr: type_num is an int; numpy 1 has two ints where numpy 2 has flags and a word.
inline constexpr Offset kDescrTypeNumber = 28, kDescrOldSize = 32, kDescrSize = 40;
// A void scalar: the descr of what it holds.
inline constexpr Offset kVoidDescr = 32;
inline constexpr std::uint32_t kNumpyObject = 17;
inline constexpr std::uint32_t kNumpyMostDimensions = 64;

template <class Memory>
bool numpy_owns_data(const Walk<Memory>& walk, Address array) {
  return (walk.memory.u32(array + walk.layout.numpy_array.flags) & kNumpyOwnData) != 0;
}

template <class Memory>
std::uint64_t numpy_item_size(const Walk<Memory>& walk, Address descr) {
  if (descr == 0) return 0;
  const std::uint64_t word = walk.memory.word(descr + kDescrOldSize);
  const bool old = word >> 32 != 0;  // the second int is the alignment, at least 1
  return old ? word & 0xFFFFFFFF : walk.memory.word(descr + kDescrSize);
}

template <class Memory>
std::uint64_t numpy_bytes(const Walk<Memory>& walk, Address array) {
  const Layout::NumpyArray& n = walk.layout.numpy_array;
  const std::uint32_t dimensions = walk.memory.u32(array + n.nd);
  if (dimensions > kNumpyMostDimensions) return 0;
  const Address lengths = walk.memory.word(array + n.dimensions);
  std::uint64_t bytes = numpy_item_size(walk, walk.memory.word(array + n.descr));
  for (std::uint32_t i = 0; i < dimensions; ++i) bytes *= walk.memory.word(lengths + 8 * i);
  return bytes;
}

template <class Memory>
bool numpy_holds_objects(const Walk<Memory>& walk, Address array) {
  const Address descr = walk.memory.word(array + walk.layout.numpy_array.descr);
  return descr != 0 && walk.memory.u32(descr + kDescrTypeNumber) == kNumpyObject;
}

}  // namespace heapsnap
