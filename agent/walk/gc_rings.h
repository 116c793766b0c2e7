// Finding the collector's lists. They close on themselves, so a list can be told from any other
// memory: where in the interpreter's state their heads are need not be known exactly, which is
// just as well, because that moves within minor versions (agent/layout/state_hints.h).
//
// Candidates are read with probe(), which does not fault.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/walk_state.h"

namespace heapsnap {

struct GcRings {
  static constexpr std::size_t kMost = 8;
  Address heads[kMost] = {};
  bool frozen[kMost] = {};  // the permanent generation
  std::size_t count = 0;
};

template <class Memory>
class RingFinder {
 public:
  RingFinder(const Walk<Memory>& walk, const StateHints& hints)
      : walk_(walk), hints_(hints), gc_(walk.layout.gc) {}

  // The rings of one interpreter; count is 0 if this is no interpreter.
  GcRings find(Address interpreter) const {
    const Address hint = interpreter + hints_.interpreter.gc + hints_.gc.generations;
    if (!Emitter::plausible(interpreter)) return {};
    if (const GcRings rings = at(hint); rings.count != 0) return rings;
    for (Address start = hint - kBefore; start < hint + kAfter; start += 4) {
      if (const GcRings rings = at(start); rings.count != 0) return rings;
    }
    return {};
  }

 private:
  static constexpr Address kBefore = 96, kAfter = 448;

  struct Link {
    std::uint64_t next = 0, prev = 0;
  };

  bool read(Address head, Link& link) const {
    Link raw;
    if (!walk_.memory.probe(head, &raw, sizeof raw)) return false;
    const auto mask = static_cast<std::uint64_t>(gc_.pointer_mask);
    link = {raw.next & mask, raw.prev & mask};
    return true;
  }

  bool is_head(Address head) const {
    Link link, first, last;
    if (!read(head, link) || link.next == 0 || link.prev == 0) return false;
    if (link.next == head) return link.prev == head;
    return read(link.next, first) && first.prev == head && read(link.prev, last) &&
           last.next == head && holds_object(link.next);
  }

  // Whether the type of the type of what follows the header makes types.
  bool holds_object(Address header) const {
    Address type = 0, metatype = 0;
    std::uint64_t flags = 0;
    const Address object = header + gc_.head_size;
    return walk_.memory.probe(object + walk_.layout.object.ob_type, &type, sizeof type) &&
           walk_.memory.probe(type + walk_.layout.object.ob_type, &metatype, sizeof metatype) &&
           walk_.memory.probe(metatype + walk_.layout.type.tp_flags, &flags, sizeof flags) &&
           (flags & kTypeTypeSubclass) != 0;
  }

  // Rings if the generations' heads start here.
  GcRings at(Address start) const {
    const StateHints::GcState& hints = hints_.gc;
    GcRings rings;
    for (Offset i = 0; i < hints.generation_count; ++i) {
      const Address head = start + i * hints.generation_size;
      if (!is_head(head)) return {};
      rings.heads[rings.count++] = head;
    }
    // Then the permanent one, where this version has it or else a little behind.
    const Address expected = start + hints.permanent - hints.generations;
    Address permanent = is_head(expected) ? expected : 0;
    for (Address head = start + 72; permanent == 0 && head < start + 160; head += 4) {
      if (is_head(head)) permanent = head;
    }
    if (permanent == 0) return {};
    rings.frozen[rings.count] = true;
    rings.heads[rings.count++] = permanent;
    return rings;
  }

  const Walk<Memory>& walk_;
  const StateHints& hints_;
  const Layout::Gc& gc_;
};

}  // namespace heapsnap
