// SyntheticAddresses hands out addresses as CPython's small-object allocator and malloc would:
// pools of 16 KiB for each size up to 512 bytes, in arenas of 1 MiB, larger blocks one behind the
// other. An eighth of the blocks is left free at first and taken later, in no order, as in a heap
// that has lived.
//
// The same sizes asked for in the same order give the same addresses.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "libsnapshot/format.h"

namespace heapsnap {

class SyntheticAddresses {
 public:
  Address take(std::uint64_t size) {
    size = (size + 15) & ~std::uint64_t{15};
    if (size > kLargestSmall) return large_ += size + 16;
    Class& blocks = classes_[size / 16];
    if (blocks.holes.size() > kHolesKept && random_() % 8 == 0) return take_hole(blocks);
    while (true) {
      if (blocks.next + size > blocks.end) start_pool(blocks);
      const Address block = blocks.next;
      blocks.next += size;
      if (random_() % 8 != 0) return block;
      blocks.holes.push_back(block);
    }
  }

 private:
  static constexpr std::uint64_t kLargestSmall = 512;
  static constexpr std::uint64_t kPool = 16 << 10;
  static constexpr std::uint64_t kPoolHeader = 48;
  static constexpr std::size_t kHolesKept = 1000;

  struct Class {
    Address next = 0;
    Address end = 0;
    std::vector<Address> holes = {};
  };

  Address take_hole(Class& blocks) {
    std::swap(blocks.holes[random_() % blocks.holes.size()], blocks.holes.back());
    const Address block = blocks.holes.back();
    blocks.holes.pop_back();
    return block;
  }

  void start_pool(Class& blocks) {
    blocks.next = next_pool_ + kPoolHeader;
    next_pool_ += kPool;
    blocks.end = next_pool_;
  }

  std::array<Class, kLargestSmall / 16 + 1> classes_;
  Address next_pool_ = 0x7F0000000000;  // 64 of them are an arena
  Address large_ = 0x555500000000;
  std::mt19937_64 random_;
};

}  // namespace heapsnap
