// AddressIds numbers addresses in the order in which they are first asked for, from 1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/arena.h"
#include "libsnapshot/format.h"

namespace heapsnap {

class AddressIds {
 public:
  explicit AddressIds(Arena& arena) : arena_(arena) {}

  // `fresh` is set if the address is new. 0 without memory.
  std::uint64_t id_of(Address address, bool& fresh) {
    fresh = false;
    if (last_.address == address) return last_.id;
    if (used_ * 2 >= capacity_ && !grow()) return 0;
    Slot& slot = slots_[find(slots_, capacity_, address)];
    if (slot.id == 0) {
      slot = {address, ++used_};
      fresh = true;
    }
    last_ = slot;
    return slot.id;
  }

 private:
  static constexpr std::size_t kFirstCapacity = 1024;

  struct Slot {
    Address address;
    std::uint64_t id;  // 0: free
  };

  static std::size_t find(const Slot* slots, std::size_t capacity, Address address) {
    std::size_t i = (address * 0x9E3779B97F4A7C15u >> 32) & (capacity - 1);
    while (slots[i].id != 0 && slots[i].address != address) i = (i + 1) & (capacity - 1);
    return i;
  }

  bool grow() {
    const std::size_t capacity = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
    Slot* const slots = arena_.make_array<Slot>(capacity);
    if (slots == nullptr) return false;
    for (std::size_t i = 0; i < capacity_; ++i) {
      if (slots_[i].id != 0) slots[find(slots, capacity, slots_[i].address)] = slots_[i];
    }
    slots_ = slots;
    capacity_ = capacity;
    return true;
  }

  Arena& arena_;
  Slot* slots_ = nullptr;
  std::size_t capacity_ = 0;
  std::uint64_t used_ = 0;
  Slot last_ = {};
};

}  // namespace heapsnap
