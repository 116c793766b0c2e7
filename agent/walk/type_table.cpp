#include "agent/walk/type_table.h"

namespace heapsnap {

TypeEntry* TypeTable::insert(Address type) {
  if (used_ * 2 >= capacity_ && !grow()) return nullptr;
  auto* const entry = arena_.make_array<TypeEntry>(1);
  if (entry == nullptr) return nullptr;
  *entry = TypeEntry{};
  entry->address = type;
  entry->id = kFirstType + static_cast<std::uint32_t>(used_++);
  slots_[find_slot(slots_, capacity_, type)] = entry;
  return entry;
}

bool TypeTable::grow() {
  const std::size_t capacity = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
  auto** const slots = arena_.make_array<TypeEntry*>(capacity);
  if (slots == nullptr) return false;
  for (std::size_t i = 0; i < capacity_; ++i) {
    if (slots_[i] != nullptr) slots[find_slot(slots, capacity, slots_[i]->address)] = slots_[i];
  }
  slots_ = slots;
  capacity_ = capacity;
  return true;
}

}  // namespace heapsnap
