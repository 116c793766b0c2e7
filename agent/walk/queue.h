// Queue holds the objects that are marked and not yet written, first in, first out.
//
// Between push() and pop() lie a few other objects, so a prefetch at push() has arrived by then.
// It keeps its emptied segments for itself. push() returns false when there is no memory.
#pragma once

#include <cstddef>

#include "agent/walk/arena.h"
#include "libsnapshot/format.h"

namespace heapsnap {

class Queue {
 public:
  explicit Queue(Arena& arena) : arena_(arena) {}

  bool push(Address address) {
    if ((last_ == nullptr || last_used_ == kSegment) && !append_segment()) return false;
    last_->items[last_used_++] = address;
    ++size_;
    return true;
  }

  Address pop() {  // size() > 0
    if (first_used_ == kSegment) drop_segment();
    --size_;
    return first_->items[first_used_++];
  }

  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kSegment = 1022;
  struct Segment {
    Segment* next;
    Address items[kSegment];
  };

  bool append_segment() {
    Segment* segment = spare_;
    if (segment != nullptr) {
      spare_ = segment->next;
    } else if ((segment = arena_.make_array<Segment>(1)) == nullptr) {
      return false;
    }
    segment->next = nullptr;
    (last_ == nullptr ? first_ : last_->next) = segment;
    last_ = segment;
    last_used_ = 0;
    return true;
  }

  void drop_segment() {
    Segment* const emptied = first_;
    first_ = emptied->next;
    first_used_ = 0;
    emptied->next = spare_;
    spare_ = emptied;
  }

  Arena& arena_;
  Segment* first_ = nullptr;
  Segment* last_ = nullptr;
  Segment* spare_ = nullptr;
  std::size_t first_used_ = 0;
  std::size_t last_used_ = 0;
  std::size_t size_ = 0;
};

}  // namespace heapsnap
