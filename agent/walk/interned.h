// Finding an interpreter's dict of interned strings (3.12 and later). It must be known because it
// does not own what it holds: the reference counts of interned strings leave it out.
//
// It is told from other dicts by what it holds: each string maps to itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "agent/walk/dict_reader.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
bool maps_strings_to_themselves(const Walk<Memory>& walk, Address dict) {
  constexpr std::uint64_t kMost = 16, kFewest = 8;
  if (!Emitter::plausible(dict)) return false;
  Address type = 0;
  std::uint64_t flags = 0;
  if (!walk.memory.probe(dict + walk.layout.object.ob_type, &type, sizeof type) ||
      !walk.memory.probe(type + walk.layout.type.tp_flags, &flags, sizeof flags) ||
      (flags & kTypeDictSubclass) == 0) {
    return false;
  }
  const KeyTable table = key_table(walk, walk.memory.word(dict + walk.layout.dict.ma_keys));
  std::uint64_t live = 0;
  for (std::uint64_t i = 0; i < table.count && live < kMost; ++i) {
    const Address entry = table.first + i * table.entry_size;
    const Address value = walk.memory.word(entry + table.value);
    if (value == 0) continue;
    if (value != walk.memory.word(entry + table.key)) return false;
    ++live;
  }
  return live >= kFewest;
}

template <class Memory>
void find_interned(Walk<Memory>& walk, Address interpreter) {
  const Offset hint = walk.layout.hints.interpreter.interned_strings;
  if (hint == kAbsent) return;
  // The fields before it may have grown or shrunk a little.
  constexpr Offset kReach = 2048;
  for (Offset distance = 0; distance <= kReach; distance += 8) {
    for (const Offset at : {hint + distance, hint - distance}) {
      Address dict = 0;
      if (!walk.memory.probe(interpreter + at, &dict, sizeof dict)) continue;
      if (!maps_strings_to_themselves(walk, dict)) continue;
      walk.interned.add(dict);
      return;
    }
  }
}

}  // namespace heapsnap
