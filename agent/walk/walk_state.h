// Walk is what the parts of a walk share: the memory that is read, the layout that tells how, the
// output, and what has been learnt. Everything that visits objects is a function over it.
//
// To add a reader of some structure, take `Walk<Memory>& walk` and use
//     walk.memory.word(address + walk.layout.cell.ob_ref)     read
//     walk.emitter.enqueue(object)                            an object that must be written
//     walk.node().begin(...), .word(...), .finish()           a node and its references
//     walk.name(str)                                          a str whose text is a name
//     walk.emitter.root(kind, object, "label")                a root
//     walk.emitter.structures.reserve(...), .commit(...)      records of other kinds
// inside of walk.guarded(), which returns early if the memory turns out not to be what it seems.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/layout/layout.h"
#include "agent/walk/address_ids.h"
#include "agent/walk/emitter.h"
#include "agent/walk/node_builder.h"
#include "agent/walk/text.h"
#include "agent/walk/type_table.h"
#include "agent/walk/walk.h"

namespace heapsnap {

// What there is one of in each interpreter. Those of more interpreters than fit are left out.
struct PerInterpreter {
  static constexpr std::size_t kMost = 64;
  Address addresses[kMost] = {};
  std::size_t count = 0;

  void add(Address address) {
    if (count < kMost && !holds(address)) addresses[count++] = address;
  }
  bool holds(Address address) const {
    for (std::size_t i = 0; i < count; ++i) {
      if (addresses[i] == address) return true;
    }
    return false;
  }
};

struct Header {
  Address type = 0;
  std::uint64_t refcount = 0;  // 0: immortal
  bool dead = false;           // a count of 0: on a free list
};

template <class MemoryPolicy>
class Walk {
 public:
  using Memory = MemoryPolicy;

  Walk(const WalkOptions& walk_options, Recovery& walk_recovery, const Layout& walk_layout,
       Emitter& walk_emitter, const Memory& walk_memory = {})
      : options(walk_options),
        recovery(walk_recovery),
        layout(walk_layout),
        memory(walk_memory),
        emitter(walk_emitter),
        types(walk_emitter.arena()),
        text(walk_options, walk_emitter.arena()),
        key_tables(walk_emitter.arena()),
        listed(walk_emitter.arena()),
        builders_{{walk_emitter, relieve, this}, {walk_emitter, relieve, this}} {}

  // Runs body(); false if recover() ended it. What it was at is then in recovery.reached.
  template <class Body>
  bool guarded(Body&& body);

  // Visits what is queued until no more than `keep` objects are left.
  void drain(std::size_t keep);

  // The builder of the node at hand.
  NodeBuilder& node() { return builders_[nested_]; }

  Header header(Address object) const {
    const Layout::Object& o = layout.object;
    Header result;
    const std::uint64_t count = o.ob_refcnt_bytes == 4 ? memory.u32(object + o.ob_refcnt)
                                                       : memory.word(object + o.ob_refcnt);
    result.type = memory.word(object + o.ob_type);
    result.dead = count == 0;
    const bool immortal = static_cast<std::int64_t>(count & 0xFFFFFFFF) >= o.immortal_from;
    result.refcount = immortal ? 0 : count;
    return result;
  }

  Address type_of(Address object) const { return memory.word(object + layout.object.ob_type); }

  // Whether the collector tracks it; only for objects of types with kTypeHaveGc.
  bool tracked(Address object) const {
    return memory.word(object - layout.gc.head_size + layout.gc.next) != 0;
  }

  // The entry of a type, which is registered if it is new; nullptr if it is none.
  TypeEntry* entry_of(Address type);

  // Writes the text of a str (or a number) that is used as a name or a key, unless it is written.
  void word_used(Address object, Use use);
  void name(Address object) {
    if (object != 0 && text.names()) word_used(object, Use::kName);
  }
  void key(Address object) {
    if (object != 0 && text.keys()) word_used(object, Use::kKey);
  }

  void got_on(Address object) {
    recovery.progress = recovery.progress + 1;
    recovery.reached = object;
    memory.begin_object();
  }

  const WalkOptions& options;
  Recovery& recovery;
  const Layout& layout;
  [[no_unique_address]] Memory memory;
  Emitter& emitter;
  TypeTable types;
  TextPolicy text;
  TypeEntry* at_hand = nullptr;     // type of the object being visited
  Address subtype_traverse = 0;     // the tp_traverse of classes made in Python
  Address static_types = 0;         // 3.12+: what builtin types have per interpreter; 0: unknown
  AddressIds key_tables;            // of shared keys
  PagedBitmap listed;               // what the collector's lists hold, if it must be known later
  std::uint64_t scanned = 0;        // references found without tp_traverse (objects_scan.h)
  std::uint64_t guessed = 0;        // and those of them that may be none
  PerInterpreter interned;          // the dicts of interned strings
  PerInterpreter other_static_types;  // as static_types, of the other interpreters

 private:
  static void relieve(void* walk) { static_cast<Walk*>(walk)->relieve(); }
  void relieve() {
    if (nested_) return;
    nested_ = true;
    drain(0);
    nested_ = false;
  }

  static constexpr std::size_t kRecentWords = 256;

  NodeBuilder builders_[2];  // of a large node, and of those visited between its records
  bool nested_ = false;
  Address recent_words_[kRecentWords] = {};
};

template <class Memory>
template <class Body>
__attribute__((noinline)) bool Walk<Memory>::guarded(Body&& body) {
  void* outer[5];
  for (int i = 0; i < 5; ++i) outer[i] = recovery.jump[i];
  const std::uint32_t outer_armed = recovery.armed;
  const bool nested = nested_;
  bool whole = false;
  if (__builtin_setjmp(recovery.jump) == 0) {
    recovery.armed = 1;
    body();
    whole = true;
  }
  nested_ = nested;
  for (int i = 0; i < 5; ++i) recovery.jump[i] = outer[i];
  recovery.armed = outer_armed;
  return whole;
}

}  // namespace heapsnap
