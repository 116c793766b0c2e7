// Is this the CPython that its version number says? A few objects that must exist are read with
// the layout's numbers; if one reads wrong, the walk refuses, because it would not fail loudly
// later but write nonsense.
#pragma once

#include <cstdint>

#include "agent/walk/dict_reader.h"
#include "agent/walk/type_record.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

// nullptr, or what is wrong. Run it guarded: with a wrong number it may read anything.
template <class Memory>
const char* self_test(const Walk<Memory>& walk) {
  const Layout::Type& t = walk.layout.type;
  const Target& target = walk.options.target;
  const Memory& m = walk.memory;
  if (target.type == 0 || target.object == 0 || target.none == 0) {
    return "the addresses of type, object and None are needed";
  }
  if (walk.type_of(target.type) != target.type) return "type is not of type type";
  if (walk.type_of(target.object) != target.type) return "object is not of type type";
  if (!same_text(m.c_string(m.word(target.type + t.tp_name)), "type")) return "type has another name";
  if (!same_text(m.c_string(m.word(walk.type_of(target.none) + t.tp_name)), "NoneType")) {
    return "None is of another type";
  }
  if (m.word(target.type + t.tp_base) != target.object) return "type does not derive from object";
  if (m.number(target.type + t.tp_basicsize) != t.heap_size) return "types have another size";
  if ((m.word(target.type + t.tp_flags) & kTypeTypeSubclass) == 0) return "type has other flags";
  const Address mro = m.word(target.type + t.tp_mro);
  const Address first = mro + walk.layout.tuple.ob_item;
  if (m.word(mro + walk.layout.object.ob_size) != 2 || m.word(first) != target.type ||
      m.word(first + 8) != target.object) {
    return "the method resolution order of type reads wrong";
  }
  const Address dict = dict_of_type(walk, target.type);
  if (dict == 0) return nullptr;  // the interpreter's copy was not found; names will be missing
  if (dict_find(walk, dict, "__mro__") == 0 && dict_find(walk, dict, "mro") == 0) {
    return "the dict of type reads wrong";
  }
  return nullptr;
}

}  // namespace heapsnap
