// Objects of any other C type: their own tp_traverse tells what they refer to, and a search of
// the object's words tells where each reference stands, which labels it.
//
// tp_traverse is called only as the collector does: on objects that it tracks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "agent/walk/objects_instances.h"
#include "agent/walk/objects_names.h"
#include "agent/walk/objects_scan.h"
#include "agent/walk/private_bytes.h"
#include "agent/walk/subject.h"

namespace heapsnap {

template <class Memory>
class Traversal {
 public:
  Traversal(const Subject<Memory>& subject, const Attributes& attributes)
      : s_(subject),
        attributes_(attributes),
        inside_(private_bytes(subject.walk, subject.type, subject.object)),
        type_pending_(subject.type.heap) {}

  // The words from `known` on, those before are read by somebody else; references that stand in
  // no word from `first` on are kept for loose().
  void words(std::size_t first, std::size_t known) {
    first_ = first;
    known_ = known;
    end_ = body_end();
    run(&Traversal::take_word);
  }
  void words(std::size_t first) { words(first, first); }

  // What the table of fields knows to be a reference and was not reported.
  void untold() {
    for (std::uint16_t i = 0; i < s_.type.untold_count; ++i) {
      const std::uint16_t word = s_.type.untold[i] & ~kUntoldName;
      if (found_[word / 64 % kFoundWords] >> word % 64 & 1) continue;
      const Address target = s_.walk.memory.word(s_.object + 8u * word);
      if (target != 0 && (target == inside_ || !is_object(target))) continue;  // or not set yet
      s_.node.word_at(word, target);
      if (s_.type.untold[i] & kUntoldName) s_.walk.name(target);
    }
  }

  void loose() {
    if (loose_count_ == 0) return;
    s_.node.open(Part::kLoose);
    if (loose_count_ <= kKept) {
      for (std::size_t i = 0; i < loose_count_; ++i) s_.node.add(loose_[i]);
      return;
    }
    // Too many to keep: once more, with the same result.
    Traversal again(s_, attributes_);
    again.first_ = first_;
    again.end_ = end_;
    again.run(&Traversal::take_loose);
  }

 private:
  static constexpr std::size_t kKept = 256;
  static constexpr std::size_t kMaxBody = 512;  // words that are searched
  static constexpr std::size_t kFoundWords = kMaxBody / 64;

  bool is_object(Address target) const {
    return Emitter::plausible(target) && s_.walk.entry_of(s_.walk.type_of(target)) != nullptr;
  }

  using Taker = void (Traversal::*)(Address);

  std::size_t body_end() const {
    std::size_t end = s_.type.body_words;
    if (s_.type.itemsize > 0 && end < kMaxBody) {
      const std::int64_t count = s_.walk.memory.number(s_.object + s_.layout().object.ob_size);
      const std::int64_t size = (count < 0 ? -count : count) * s_.type.itemsize / 8;
      end += static_cast<std::size_t>(size < 512 ? size : 512);
    }
    return end < kMaxBody ? end : kMaxBody;
  }

  void run(Taker taker) {
    taker_ = taker;
    cursor_ = first_;
    using Visitor = int (*)(void*, void*);
    using Traverse = int (*)(void*, Visitor, void*);
    const auto traverse = reinterpret_cast<Traverse>(s_.type.traverse);
    traverse(reinterpret_cast<void*>(s_.object), &Traversal::visited, this);
  }

  static int visited(void* object, void* self) {
    auto& traversal = *static_cast<Traversal*>(self);
    const auto target = reinterpret_cast<Address>(object);
    if (!traversal.expected(target)) (traversal.*traversal.taker_)(target);
    return 0;
  }

  // The type, what is part of the object, and attributes that are read without tp_traverse.
  bool expected(Address target) {
    if (target == inside_) return true;
    if (target == s_.type.address && type_pending_) {
      type_pending_ = false;
      return true;
    }
    if (!s_.type.traverses_dict) return false;
    if (target == attributes_.dict && !dict_seen_) return dict_seen_ = true;
    return attributes_.values != 0 && is_next_value(target);
  }

  bool is_next_value(Address target) {
    const std::uint64_t count = values_count();
    while (next_value_ < count) {
      const Address value = s_.walk.memory.word(attributes_.values + 8 * next_value_);
      if (value != 0) {
        if (value != target) return false;
        ++next_value_;
        return true;
      }
      ++next_value_;
    }
    return false;
  }

  std::uint64_t values_count() const {
    if (s_.type.cached_keys == 0) return 0;
    const std::uint64_t count = key_table(s_.walk, s_.type.cached_keys).count;
    return count < attributes_.capacity ? count : attributes_.capacity;
  }

  // The word that holds the target and has not been found before; 0 if there is none.
  std::size_t find(Address target) {
    for (std::size_t i = 0; i < end_ - first_; ++i) {
      std::size_t word = cursor_ + i;
      if (word >= end_) word -= end_ - first_;
      if (s_.walk.memory.word(s_.object + 8 * word) != target) continue;
      std::uint64_t& found = found_[word / 64];
      const std::uint64_t mask = std::uint64_t{1} << (word % 64);
      if (found & mask) continue;
      found |= mask;
      cursor_ = word + 1 == end_ ? first_ : word + 1;
      return word;
    }
    return 0;
  }

  void take_word(Address target) {
    if (first_ < end_) {
      if (const std::size_t word = find(target)) {
        if (word >= known_) s_.node.word_at(static_cast<std::uint16_t>(word), target);
        return;
      }
    }
    if (loose_count_ < kKept) loose_[loose_count_] = target;
    ++loose_count_;
  }

  void take_loose(Address target) {
    if (first_ >= end_ || find(target) == 0) s_.node.add(target);
  }

  const Subject<Memory>& s_;
  const Attributes& attributes_;
  const Address inside_;  // see private_bytes.h
  Taker taker_ = nullptr;
  std::size_t first_ = 0, known_ = 0, end_ = 0, cursor_ = 0;
  std::size_t loose_count_ = 0;
  std::uint64_t next_value_ = 0;
  bool type_pending_;
  bool dict_seen_ = false;
  std::uint64_t found_[kFoundWords] = {};
  Address loose_[kKept];
};

// Static types are of a type that the collector knows, but have no header of its.
template <class Memory>
bool is_tracked(const Walk<Memory>& walk, const TypeEntry& type, Address object) {
  if (type.visit == Visit::kType &&
      (walk.memory.word(object + walk.layout.type.tp_flags) & kTypeHeapType) == 0) {
    return false;
  }
  return walk.tracked(object);
}

// What stands for tp_traverse where it cannot be called is a scan.
template <class Memory>
using References = std::conditional_t<Memory::kCanCall, Traversal<Memory>, Scan<Memory>>;

template <class Memory>
bool can_traverse(const Subject<Memory>& s) {
  if (!s.type.has_gc || s.type.traverse == 0) return false;
  if constexpr (!Memory::kCanCall) return is_tracked(s.walk, s.type, s.object);
  if (s.type.is_gc != 0) {
    using IsGc = int (*)(void*);
    if (reinterpret_cast<IsGc>(s.type.is_gc)(reinterpret_cast<void*>(s.object)) == 0) return false;
  }
  return s.walk.tracked(s.object);
}

template <class Memory>
void visit_traverse(const Subject<Memory>& s) {
  const Attributes attributes = instance_words(s);
  References<Memory> references(s, attributes);
  if (can_traverse(s)) references.words(static_cast<std::size_t>(s.layout().object.size) / 8);
  references.untold();
  instance_values(s, attributes);
  references.loose();
  if (s.type.layout == TypeLayout::kModule) name_module(s);
  if (s.type.is_thread) name_thread(s, attributes);
}

}  // namespace heapsnap
