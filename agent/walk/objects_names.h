// Strings that are names because of where they stand: what a module, a class and a thread are
// called, and the file of a module. (Keys of dicts and fields of code objects are named where they
// are read.)
#pragma once

#include "agent/walk/dict_reader.h"
#include "agent/walk/objects_instances.h"
#include "agent/walk/subject.h"

namespace heapsnap {

// The value of a key is a name, if it is a str.
template <class Memory>
void name_item(Walk<Memory>& walk, Address dict, const char* key) {
  if (dict == 0 || !walk.text.names()) return;
  const Address value = dict_find(walk, dict, key);
  if (value != 0 && is_str_type(walk, walk.type_of(value))) walk.name(value);
}

template <class Memory>
void name_module(const Subject<Memory>& s) {
  const Address dict = s.at(s.layout().module.md_dict);
  name_keys(s.walk, dict);
  name_item(s.walk, dict, "__name__");
  name_item(s.walk, dict, "__file__");
}

// threading.Thread and its subclasses keep their name in an attribute.
template <class Memory>
void name_thread(const Subject<Memory>& s, const Attributes& attributes) {
  if (attributes.dict != 0) return name_item(s.walk, attributes.dict, "_name");
  if (attributes.values == 0 || s.type.cached_keys == 0 || !s.walk.text.names()) return;
  const KeyTable keys = key_table(s.walk, s.type.cached_keys);
  for (std::uint64_t i = 0; i < keys.count && i < attributes.capacity; ++i) {
    const Address key = s.walk.memory.word(keys.first + i * keys.entry_size + keys.key);
    if (key == 0 || !str_is(s.walk, key, "_name")) continue;
    const Address value = s.walk.memory.word(attributes.values + 8 * i);
    if (value != 0 && is_str_type(s.walk, s.walk.type_of(value))) s.walk.name(value);
  }
}

}  // namespace heapsnap
