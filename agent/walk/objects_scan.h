// Objects of C types in memory where nothing can be called: their words are looked at one by one.
// Words known to be references are taken as such, and where there may be more, whatever is the
// address of an object: those references are guessed, and counted.
//
// A type's tp_traverse may also tell of what its objects keep elsewhere. Of that only the state of
// modules and the ring of a SimpleQueue are looked at.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/candidates.h"
#include "agent/walk/known_words.h"
#include "agent/walk/objects_instances.h"
#include "agent/walk/private_bytes.h"
#include "agent/walk/subject.h"

namespace heapsnap {

// Stands for Traversal (objects_traverse.h).
template <class Memory>
class Scan {
 public:
  Scan(const Subject<Memory>& subject, const Attributes&)
      : s_(subject),
        candidates_(subject.walk),
        inside_(private_bytes(subject.walk, subject.type, subject.object)) {}

  // The words from `known` on.
  void words(std::size_t, std::size_t known) {
    tracked_ = true;
    const KnownWords* const words = s_.type.words;
    if (words == nullptr) return;
    const std::size_t first_item = static_cast<std::size_t>(s_.layout().tuple.ob_item) / 8;
    const std::size_t items_end = is_tuple() ? first_item + item_words() : 0;
    std::size_t end = words->end;
    if (is_tuple() && items_end > end) end = items_end;
    if (!is_tuple() && !words->complete && s_.type.itemsize % 8 == 0) end += item_words();
    for (std::size_t word = known; word < end && word < WordSet::kMost; ++word) {
      if (words->others.has(word)) continue;
      const Address target = s_.walk.memory.word(s_.object + 8 * word);
      if (target == 0 || target == inside_) continue;
      const bool certain =
          words->references.has(word) || (word >= first_item && word < items_end);
      if (!certain && words->complete) continue;
      take(word, target, certain);
    }
  }
  void words(std::size_t first) { words(first, first); }

  void untold() {
    for (std::uint16_t i = 0; i < s_.type.untold_count; ++i) {
      const std::uint16_t word = s_.type.untold[i] & ~kUntoldName;
      const Address target = s_.walk.memory.word(s_.object + 8u * word);
      if (target == 0 || target == inside_ || !candidates_.has_type(target)) continue;
      s_.node.word_at(word, target);
      if (s_.type.untold[i] & kUntoldName) s_.walk.name(target);
    }
  }

  void loose() {
    if (!tracked_) return;
    if (s_.type.layout == TypeLayout::kModule) module_state();
    if (s_.type.size == SizeRule::kSimpleQueue) queued();
  }

 private:
  bool is_object(Address target) const { return candidates_.object_at(target) != nullptr; }
  bool is_tuple() const { return (s_.type.flags & kTypeTupleSubclass) != 0; }

  std::size_t item_words() const {
    if (s_.type.itemsize <= 0) return 0;
    const std::int64_t count = s_.walk.memory.number(s_.object + s_.layout().object.ob_size);
    const std::uint64_t items = static_cast<std::uint64_t>(count < 0 ? 0 - count : count);
    if (items > WordSet::kMost) return WordSet::kMost;
    return items * static_cast<std::uint64_t>(s_.type.itemsize) / 8;
  }

  void take(std::size_t word, Address target, bool certain) {
    if (!(certain ? candidates_.has_type(target) : is_object(target))) return;
    s_.node.word_at(static_cast<std::uint16_t>(word), target);
    count(certain);
  }

  void count(bool certain) {
    ++s_.walk.scanned;
    if (!certain) ++s_.walk.guessed;
  }

  // From 3.13 on a SimpleQueue keeps its items in a ring.
  void queued() {
    const LibraryLayout::SimpleQueue& q = s_.layout().library.simple_queue;
    if (q.items == kAbsent) return;
    const Address items = s_.at(q.items);
    const std::uint64_t capacity = s_.at(q.capacity), first = s_.at(q.get_index);
    s_.walk.memory.expect(items, capacity, 8);
    s_.node.open(Part::kLoose);
    for (std::uint64_t i = 0; i < s_.at(q.length) && i < capacity; ++i) {
      s_.node.add(s_.walk.memory.word(items + (first + i) % capacity * 8));
      count(true);
    }
  }

  void module_state() {
    const Layout::Module& m = s_.layout().module;
    const Address state = s_.at(m.md_state);
    std::uint64_t size = 0;
    Address traverse = 0;
    if (m.md_state_size != kAbsent) {
      size = s_.at(m.md_state_size);
      traverse = s_.at(m.md_state_traverse);
    } else if (const Address def = s_.at(m.md_def)) {
      size = s_.walk.memory.word(def + m.def_m_size);
      traverse = s_.walk.memory.word(def + m.def_m_traverse);
    }
    if (state == 0 || traverse == 0 || static_cast<std::int64_t>(size) <= 0) return;
    s_.walk.memory.expect(state, size / 8, 8);
    s_.node.open(Part::kLoose);
    for (std::uint64_t i = 0; i < size / 8; ++i) {
      const Address target = s_.walk.memory.word(state + 8 * i);
      if (target == 0 || !is_object(target)) continue;
      s_.node.add(target);
      count(false);
    }
  }

  const Subject<Memory>& s_;
  const Candidates<Memory> candidates_;
  const Address inside_;  // see private_bytes.h
  bool tracked_ = false;  // words() was called
};

}  // namespace heapsnap
