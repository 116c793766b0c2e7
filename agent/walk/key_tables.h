// Key tables that instances of a class share (docs/format.md section 5): each is written once,
// when it is first met, and has an id from then on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/dict_reader.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

struct SharedKeys {
  std::uint64_t id = 0;
  std::uint64_t count = 0;  // of names, unused positions included
};

template <class Memory>
void write_keys(Walk<Memory>& walk, Address keys, const SharedKeys& shared, const KeyTable& table) {
  Chunk& chunk = walk.emitter.keys;
  std::uint8_t* out = chunk.reserve((3 + shared.count) * kMaxVarint);
  out = put_varint(out, shared.id);
  out = put_address(out, keys);
  out = put_varint(out, shared.count);
  for (std::uint64_t i = 0; i < shared.count; ++i) {
    const Address name = walk.memory.word(table.first + i * table.entry_size + table.key);
    out = put_near(out, name, chunk.previous);
  }
  chunk.commit(out);
  for (std::uint64_t i = 0; i < shared.count; ++i) {
    walk.name(walk.memory.word(table.first + i * table.entry_size + table.key));
  }
}

template <class Memory>
SharedKeys shared_keys(Walk<Memory>& walk, Address keys) {
  constexpr std::uint64_t kMostNames = 4096;  // CPython shares tables of up to some dozens
  const KeyTable table = key_table(walk, keys);
  SharedKeys shared;
  shared.count = table.count < kMostNames ? table.count : kMostNames;
  bool fresh = false;
  shared.id = walk.key_tables.id_of(keys, fresh);
  if (fresh) write_keys(walk, keys, shared, table);
  return shared;
}

}  // namespace heapsnap
