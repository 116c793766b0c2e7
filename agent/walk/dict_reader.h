// Reading dict tables: the keys object, its entries, and values by position (capture of the
// layout in agent/layout/layout.h, structs Dict, Keys and Values). Nothing is looked up by hash.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/c_string.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

struct KeyTable {
  Address first = 0;        // entry
  std::uint64_t count = 0;  // of entries, unused ones included
  std::uint64_t bytes = 0;  // of the keys object without its entries: header and index table
  std::uint64_t usable = 0; // entries there is room for, as the size is computed
  std::uint32_t entry_size = 0, key = 0, value = 0;
  bool all_str = false;     // every key is an exact str
};

template <class Memory>
KeyTable key_table(const Walk<Memory>& walk, Address keys) {
  const Layout::Keys& k = walk.layout.keys;
  KeyTable table;
  std::uint64_t index_bytes;
  std::uint64_t slots;
  bool general = true;
  if (k.dk_size != kAbsent) {
    slots = walk.memory.word(keys + k.dk_size);
    index_bytes = slots * (slots <= 0xFF ? 1 : slots <= 0xFFFF ? 2 : slots <= 0xFFFFFFFF ? 4 : 8);
  } else {
    slots = std::uint64_t{1} << (walk.memory.u8(keys + k.dk_log2_size) & 63);
    index_bytes = std::uint64_t{1} << (walk.memory.u8(keys + k.dk_log2_index_bytes) & 63);
    general = walk.memory.u8(keys + k.dk_kind) == kKeysGeneral;
  }
  table.bytes = static_cast<std::uint64_t>(k.dk_indices) + index_bytes;
  table.first = keys + table.bytes;
  table.count = walk.memory.word(keys + k.dk_nentries);
  table.usable = slots * 2 / 3;
  table.entry_size = static_cast<std::uint32_t>(general ? k.entry_size : k.unicode_size);
  table.key = static_cast<std::uint32_t>(general ? k.entry_key : k.unicode_key);
  table.value = static_cast<std::uint32_t>(general ? k.entry_value : k.unicode_value);
  table.all_str = !general;
  walk.memory.expect(table.first, table.count, table.entry_size);
  return table;
}

inline constexpr std::uint64_t kLongestText = std::uint64_t{1} << 48;

template <class Memory>
Text text_of_str(const Walk<Memory>& walk, Address object) {
  const Layout::Str& s = walk.layout.str;
  const std::uint32_t state = walk.memory.u32(object + s.state);
  Text text;
  text.length = walk.memory.word(object + s.length);
  text.kind = state >> s.kind_shift & 7;
  text.ascii = (state >> s.ascii_shift & 1) != 0;
  if (text.kind != 1 && text.kind != 2 && text.kind != 4) return text;  // 3.10, 3.11: not ready
  Address data = object + static_cast<Address>(text.ascii ? s.ascii_size : s.compact_size);
  if ((state >> s.compact_shift & 1) == 0) data = walk.memory.word(object + s.data);
  if (data == 0 || text.length > kLongestText) return text;
  text.data = walk.memory.bytes(data, text.length * text.kind);
  return text;
}

template <class Memory>
bool str_is(const Walk<Memory>& walk, Address object, const char* expected) {
  const Text text = text_of_str(walk, object);
  return text.data != nullptr && text.kind == 1 && same_bytes(expected, text.data, text.length);
}

// Whether the type's instances are strs; reads nothing but the flags.
template <class Memory>
bool is_str_type(const Walk<Memory>& walk, Address type) {
  return (walk.memory.word(type + walk.layout.type.tp_flags) & kTypeUnicodeSubclass) != 0;
}

// The value of a key in a dict whose keys are strs; 0 if there is none.
template <class Memory>
Address dict_find(const Walk<Memory>& walk, Address dict, const char* key) {
  if (dict == 0) return 0;
  const KeyTable table = key_table(walk, walk.memory.word(dict + walk.layout.dict.ma_keys));
  const Address values = walk.memory.word(dict + walk.layout.dict.ma_values);
  for (std::uint64_t i = 0; i < table.count; ++i) {
    const Address entry = table.first + i * table.entry_size;
    const Address name = walk.memory.word(entry + table.key);
    if (name == 0 || !is_str_type(walk, walk.type_of(name)) || !str_is(walk, name, key)) continue;
    if (values == 0) return walk.memory.word(entry + table.value);
    return walk.memory.word(values + static_cast<Address>(walk.layout.values.first) + 8 * i);
  }
  return 0;
}

}  // namespace heapsnap
