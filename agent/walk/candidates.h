// Telling an object from a word that only looks like the address of one: for references that are
// guessed, in memory of which nothing can be asked (Memory::kCanCall is false).
//
// Whatever looks wrong is no object. Freed memory does: its first word is a link of the allocator,
// where a count of references would be, or the count is 0.
#pragma once

#include <cstdint>

#include "agent/walk/type_reader.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
class Candidates {
 public:
  explicit Candidates(Walk<Memory>& walk) : walk_(walk) {}

  // The entry of its type if this is an object, else nullptr. Reads nothing that is not there.
  TypeEntry* object_at(Address object) const {
    if (!Emitter::plausible(object)) return nullptr;
    const Layout::Object& o = walk_.layout.object;
    std::uint64_t count = 0, type = 0;
    if (!read(object, o.ob_refcnt, count) || !read(object, o.ob_type, type)) return nullptr;
    if (!is_count(count)) return nullptr;
    TypeEntry* const entry = entry_of(type);
    if (entry == nullptr) return nullptr;
    if (!fits(*entry, object)) return nullptr;
    return !entry->has_gc || is_listed_or_untracked(*entry, object) ? entry : nullptr;
  }

  // The same for a word that is known to be a reference, of whatever the object looks like.
  bool has_type(Address object) const {
    std::uint64_t type = 0, metatype = 0, word = 0;
    if (!Emitter::plausible(object) || !read(object, walk_.layout.object.ob_type, type)) return false;
    if (walk_.types.find(type) != nullptr) return true;
    return Emitter::plausible(type) && read(type, walk_.layout.object.ob_type, metatype) &&
           read(type, walk_.layout.type.tp_flags, word) && Emitter::plausible(metatype) &&
           read(metatype, walk_.layout.type.tp_flags, word) && walk_.entry_of(type) != nullptr;
  }

 private:
  bool read(Address object, Offset offset, std::uint64_t& word) const {
    return walk_.memory.probe(object + static_cast<Address>(offset), &word, sizeof word);
  }

  // Static types are shorter than the others, and nothing stands before them.
  bool fits(const TypeEntry& type, Address object) const {
    if (type.visit == Visit::kType) {
      return walk_.memory.can_hold(object, 0, static_cast<std::uint64_t>(walk_.layout.type.size));
    }
    return walk_.memory.can_hold(object, type.pre_header,
                                 static_cast<std::uint64_t>(type.basicsize));
  }

  // The bits above a count are flags, or 0. Addresses have some there.
  bool is_count(std::uint64_t word) const {
    constexpr std::uint64_t kBetween = 0xFFFF'0000'0000;
    const std::uint64_t count = word & 0xFFFF'FFFF;
    if (count == 0 || (word & kBetween) != 0) return false;
    if (static_cast<std::int64_t>(count) >= walk_.layout.object.immortal_from) return true;
    return count <= walk_.memory.most_references() && !walk_.memory.can_hold(count, 0, 16);
  }

  TypeEntry* entry_of(Address type) const {
    if (TypeEntry* const known = walk_.types.find(type)) return known;
    return is_type(type) ? walk_.entry_of(type) : nullptr;
  }

  // Types that were made by Python or by a spec are known to the collector; the others never go
  // away. The bases of either lead to object, and those of its type to type.
  bool is_type(Address type) const {
    std::uint64_t flags = 0, metatype = 0;
    if (!Emitter::plausible(type) || !read(type, walk_.layout.type.tp_flags, flags)) return false;
    if ((flags & kTypeReady) == 0) return false;
    if ((flags & kTypeHeapType) != 0 && (type % 16 != 0 || !walk_.listed.contains(type))) {
      return false;
    }
    return read(type, walk_.layout.object.ob_type, metatype) &&
           derives(metatype, walk_.options.target.type) &&
           derives(type, walk_.options.target.object);
  }

  bool derives(Address type, Address base) const {
    for (int i = 0; i < kMaxBases && Emitter::plausible(type); ++i) {
      if (type == base) return true;
      if (!read(type, walk_.layout.type.tp_base, type)) return false;
    }
    return false;
  }

  bool is_listed_or_untracked(const TypeEntry& entry, Address object) const {
    if (object % 16 == 0 && walk_.listed.contains(object)) return true;
    std::uint64_t flags = 0, next = 0, previous = 0;
    if (entry.visit == Visit::kType) {  // static ones have no header
      return read(object, walk_.layout.type.tp_flags, flags) && (flags & kTypeHeapType) == 0 &&
             is_type(object);
    }
    const Layout::Gc& gc = walk_.layout.gc;
    const Address head = object - static_cast<Address>(gc.head_size);
    return read(head, gc.next, next) && read(head, gc.prev, previous) && next == 0 &&
           (previous & static_cast<std::uint64_t>(gc.pointer_mask)) == 0;
  }

  Walk<Memory>& walk_;
};

}  // namespace heapsnap
