// What Python classes add to an object: __slots__, a dict, or values kept without a dict.
#pragma once

#include <cstdint>

#include "agent/walk/key_tables.h"
#include "agent/walk/subject.h"

namespace heapsnap {

// At Strings::kNames: the keys of a dict that is some object's namespace are names.
template <class Memory>
void name_keys(Walk<Memory>& walk, Address dict) {
  if (dict == 0 || walk.options.strings != Strings::kNames) return;
  const KeyTable table = key_table(walk, walk.memory.word(dict + walk.layout.dict.ma_keys));
  for (std::uint64_t i = 0; i < table.count; ++i) {
    walk.name(walk.memory.word(table.first + i * table.entry_size + table.key));
  }
}

// Where an instance's attributes are: in a dict, or in values (of the cached keys of its type).
struct Attributes {
  Address dict = 0;
  Address values = 0;  // the first of the array
  std::uint64_t capacity = ~std::uint64_t{0};
};

template <class Memory>
Attributes managed_attributes(const Walk<Memory>& walk, const TypeEntry& type, Address object) {
  const Layout::Instance& in = walk.layout.instance;
  const Layout::Values& v = walk.layout.values;
  Attributes result;
  switch (in.scheme) {
    case DictScheme::None: break;
    case DictScheme::TwoPointers:
      result.dict = walk.memory.word(object + in.managed_dict);
      result.values = walk.memory.word(object + in.managed_values);
      break;
    case DictScheme::TaggedPointer: {
      const std::uint64_t word = walk.memory.word(object + in.managed_dict);
      (word & 1 ? result.values : result.dict) = word & 1 ? word + 1 : word;
      break;
    }
    case DictScheme::InlineValues: {
      result.dict = walk.memory.word(object + in.managed_dict);
      if ((type.flags & kTypeInlineValues) == 0) break;
      const Address block = object + static_cast<Address>(type.basicsize);
      if (walk.memory.u8(block + v.valid) == 0) break;
      result.values = block;
      result.capacity = walk.memory.u8(block + v.capacity);
      break;
    }
  }
  if (result.values != 0) result.values += static_cast<Address>(v.first);
  return result;
}

template <class Memory>
Address dict_from_end(const Subject<Memory>& s) {
  const std::int64_t count = s.walk.memory.number(s.object + s.layout().object.ob_size);
  const std::int64_t items = (count < 0 ? -count : count) * s.type.itemsize;
  const std::int64_t size = (s.type.basicsize + items + 7) & ~std::int64_t{7};
  return s.walk.memory.word(s.object + static_cast<Address>(size + s.type.dict_offset));
}

// The words: slots, and the dict if there is one.
template <class Memory>
Attributes instance_words(const Subject<Memory>& s) {
  for (std::uint16_t i = 0; i < s.type.slot_count; ++i) {
    const std::uint16_t word = s.type.slots[i];
    s.node.word_at(word, s.walk.memory.word(s.object + 8u * word));
  }
  Attributes attributes;
  switch (s.type.dict) {
    case DictPlace::kNone: return attributes;
    case DictPlace::kOffset:
      attributes.dict = s.walk.memory.word(s.object + static_cast<Address>(s.type.dict_offset));
      s.node.word(s.type.dict_offset, attributes.dict);
      name_keys(s.walk, attributes.dict);
      return attributes;
    case DictPlace::kFromEnd: attributes.dict = dict_from_end(s); break;
    case DictPlace::kManaged: attributes = managed_attributes(s.walk, s.type, s.object); break;
  }
  if (attributes.dict != 0) s.node.word_at(kDictWord, attributes.dict);
  name_keys(s.walk, attributes.dict);
  return attributes;
}

// The part `values`, after `map` and before `set`.
template <class Memory>
void instance_values(const Subject<Memory>& s, const Attributes& attributes) {
  if (attributes.values == 0 || s.type.cached_keys == 0) return;
  const SharedKeys keys = shared_keys(s.walk, s.type.cached_keys);
  const std::uint64_t count = keys.count < attributes.capacity ? keys.count : attributes.capacity;
  s.node.open_values(keys.id);
  for (std::uint64_t i = 0; i < count; ++i) {
    s.node.add(s.walk.memory.word(attributes.values + 8 * i));
  }
}

}  // namespace heapsnap
