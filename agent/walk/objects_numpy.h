// numpy.ndarray has no tp_traverse: neither the objects of an object array nor the base of a view
// are known to the collector.
#pragma once

#include <cstdint>

#include "agent/walk/numpy_reader.h"
#include "agent/walk/objects_containers.h"
#include "agent/walk/subject.h"

namespace heapsnap {

// What an array owns lies in one block, whatever the order of its axes is.
template <class Memory>
void visit_numpy_array(const Subject<Memory>& s) {
  const Layout::NumpyArray& n = s.layout().numpy_array;
  const Attributes attributes = instance_words(s);
  s.field(n.base);
  s.field(n.descr);
  if (numpy_owns_data(s.walk, s.object) && numpy_holds_objects(s.walk, s.object)) {
    items_at(s, s.at(n.data), static_cast<std::int64_t>(numpy_bytes(s.walk, s.object) / 8));
  }
  instance_values(s, attributes);
}

}  // namespace heapsnap
