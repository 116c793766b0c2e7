// Subject is the object being visited, with its type and the node that is built for it.
//
// The visitors of the objects_*.h headers take one. Each adds the words first, then the counted
// parts in the order of their numbers, and calls instance_values() between the parts `map` and
// `set`: there stand the attributes that a Python class gave the object.
#pragma once

#include <cstdint>

#include "agent/walk/dict_reader.h"
#include "agent/walk/type_record.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
struct Subject {
  Walk<Memory>& walk;
  const TypeEntry& type;
  Address object;
  NodeBuilder& node;

  const Layout& layout() const { return walk.layout; }
  Address at(Offset offset) const { return walk.memory.word(object + offset); }

  // Adds the reference at that offset, and returns it. Not if this version has no such field.
  Address field(Offset offset) const {
    if (offset == kAbsent) return 0;
    const Address target = at(offset);
    node.word(offset, target);
    return target;
  }
  void named_field(Offset offset) const {
    if (const Address target = field(offset)) walk.name(target);
  }
};

}  // namespace heapsnap
