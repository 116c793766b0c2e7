// PagedBitmap is a set of objects: one bit for each 16-byte granule of the address space, in
// which no two objects start.
//
// A page of 4 KiB covers 512 KiB of addresses and exists once a bit of it is set: less than one
// bit in a thousand of a heap's size. Pages are found by an open-addressing table that doubles.
// Any 64-bit address will do. Out of memory, bits are lost and the arena says failed().
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/arena.h"
#include "libsnapshot/format.h"

namespace heapsnap {

class PagedBitmap {
 public:
  explicit PagedBitmap(Arena& arena) : arena_(arena) {}

  // Whether the bit was clear; sets it.
  bool insert(Address address) {
    std::uint64_t* const page = page_of(address);
    if (page == nullptr) return false;
    std::uint64_t& word = page[word_index(address)];
    const std::uint64_t mask = mask_of(address);
    const bool fresh = (word & mask) == 0;
    word |= mask;
    return fresh;
  }

  // Visits the granules that are marked. The set must not change meanwhile.
  //
  //     PagedBitmap::Cursor cursor(seen);
  //     for (Address granule = cursor.next(); granule != 0; granule = cursor.next()) ...
  class Cursor {
   public:
    explicit Cursor(const PagedBitmap& set) : set_(set) {}

    // The start of the next one, in order of addresses but for the order of pages; 0: no more.
    Address next() {
      while (left_ == 0) {
        if (++word_ >= kPageWords && !next_page()) return 0;
        left_ = page_[word_];
      }
      const auto bit = static_cast<unsigned>(__builtin_ctzll(left_));
      left_ &= left_ - 1;
      return key_ << kPageShift | (word_ * 64 + bit) << kGranuleShift;
    }

   private:
    bool next_page() {
      while (slot_ < set_.capacity_) {
        const Slot& slot = set_.slots_[slot_++];
        if (slot.page == nullptr) continue;
        page_ = slot.page;
        key_ = slot.key;
        word_ = 0;
        return true;
      }
      return false;
    }

    const PagedBitmap& set_;
    std::size_t slot_ = 0;
    const std::uint64_t* page_ = nullptr;
    std::uint64_t key_ = 0;
    std::size_t word_ = kPageWords - 1;
    std::uint64_t left_ = 0;
  };

  bool contains(Address address) const {
    if (capacity_ == 0) return false;
    const Slot& slot = slots_[find(slots_, capacity_, address >> kPageShift)];
    return slot.page != nullptr && (slot.page[word_index(address)] & mask_of(address)) != 0;
  }

 private:
  static constexpr int kGranuleShift = 4;
  static constexpr int kPageShift = 19;
  static constexpr std::size_t kPageWords = std::size_t{1} << (kPageShift - kGranuleShift - 6);
  static constexpr std::size_t kFirstCapacity = 512;

  struct Slot {
    std::uint64_t key;  // address >> kPageShift
    std::uint64_t* page;
  };

  static std::size_t word_index(Address address) {
    return (address >> (kGranuleShift + 6)) & (kPageWords - 1);
  }
  static std::uint64_t mask_of(Address address) {
    return std::uint64_t{1} << ((address >> kGranuleShift) & 63);
  }

  static std::size_t find(const Slot* slots, std::size_t capacity, std::uint64_t key) {
    std::size_t i = (key * 0x9E3779B97F4A7C15u >> 32) & (capacity - 1);
    while (slots[i].page != nullptr && slots[i].key != key) i = (i + 1) & (capacity - 1);
    return i;
  }

  std::uint64_t* page_of(Address address) {
    const std::uint64_t key = address >> kPageShift;
    if (key == last_key_ && last_page_ != nullptr) return last_page_;
    if (used_ * 2 >= capacity_ && !grow()) return nullptr;
    Slot& slot = slots_[find(slots_, capacity_, key)];
    if (slot.page == nullptr) {
      slot.page = arena_.make_array<std::uint64_t>(kPageWords);
      if (slot.page == nullptr) return nullptr;
      slot.key = key;
      ++used_;
    }
    last_key_ = key;
    last_page_ = slot.page;
    return slot.page;
  }

  bool grow() {
    const std::size_t capacity = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
    Slot* const slots = arena_.make_array<Slot>(capacity);
    if (slots == nullptr) return false;
    for (std::size_t i = 0; i < capacity_; ++i) {
      if (slots_[i].page != nullptr) slots[find(slots, capacity, slots_[i].key)] = slots_[i];
    }
    slots_ = slots;
    capacity_ = capacity;
    return true;
  }

  Arena& arena_;
  Slot* slots_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::uint64_t last_key_ = 0;
  std::uint64_t* last_page_ = nullptr;
};

}  // namespace heapsnap
