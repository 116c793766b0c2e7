// Emitter is the walk's output side: it writes records into chunks, marks what they refer to, and
// queues what has not been seen. It reads nothing of the target.
//
//     emitter.enqueue(root);                        // once, however often it is asked
//     emitter.write(node);                          // also enqueues the targets of its edges
//     while (emitter.queue.size() > 0) visit(emitter.queue.pop());
//
// About 5 ns an edge. When memory or the output fails it goes on as if nothing had happened;
// failed() tells, and the walk then ends.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/arena.h"
#include "agent/walk/chunk_output.h"
#include "agent/walk/paged_bitmap.h"
#include "agent/walk/queue.h"
#include "libsnapshot/node_encoder.h"
#include "libsnapshot/node_record.h"

namespace heapsnap {

struct Totals {
  std::uint64_t objects = 0;  // records without structures and continuations
  std::uint64_t edges = 0;    // without NULLs and without those that are no references
  std::uint64_t types = 0;
  std::uint64_t faults = 0;
};

class Emitter {
 public:
  Emitter(Arena& arena, ChunkOutput& output);

  // An address that an object can have.
  static bool plausible(Address address) {
    return (address & 7) == 0 && address - kLowest < kHighest - kLowest;
  }

  // Of memory whose extent is known: objects are only where `holds` says so.
  using Holds = bool (*)(const void* memory, Address address);
  void limit(Holds holds, const void* known) {
    holds_ = holds;
    memory_ = known;
  }
  bool possible(Address address) const {
    return plausible(address) && (holds_ == nullptr || holds_(memory_, address));
  }

  // Sees to it that the object is written, once. Returns whether it is new.
  bool enqueue(Address object) {
    if (!seen.insert(object)) return false;
    __builtin_prefetch(reinterpret_cast<const void*>(object));
    queue_full_ |= !queue.push(object);
    return true;
  }

  // Queues what the caller has marked himself.
  void queue_seen(Address object) { queue_full_ |= !queue.push(object); }

  // Targets that cannot be objects are replaced by 0 in `edges`.
  void write(NodeRecord& node, Address* edges);
  // A record that has no edges.
  void write_leaf(const NodeRecord& node);

  void root(RootKind kind, Address target, const char* label);
  void fault(Address address, std::uint32_t type, FaultReason reason, const char* detail);
  void fact(const char* key, std::uint64_t value);
  void fact(const char* key, const char* value);

  void flush();
  bool failed() const { return arena_.failed() || queue_full_ || output_.error() != 0; }

  Arena& arena() { return arena_; }

  PagedBitmap seen;    // marked: written or queued
  PagedBitmap worded;  // their text was written
  Queue queue;
  Totals totals;
  Chunk types, keys, texts, structures, roots, faults, memory, facts;

 private:
  static constexpr Address kLowest = 4096;
  static constexpr Address kHighest = Address{1} << 56;
  static constexpr std::uint32_t kUnfollowed = bit(Part::kMaybe);

  std::uint8_t* reserve(const NodeRecord& node);
  void follow(const NodeRecord& node, Address* edges);
  void follow_part(const NodeRecord& node, Part part, Address* begin, Address* end);

  Arena& arena_;
  ChunkOutput& output_;
  Chunk nodes_;
  NodeEncoder* encoder_;
  Holds holds_ = nullptr;
  const void* memory_ = nullptr;
  bool queue_full_ = false;
};

}  // namespace heapsnap
