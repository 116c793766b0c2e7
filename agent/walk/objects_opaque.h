// Types that have references but tell nobody: no tp_traverse, so neither the collector nor
// gc.get_referents() knows.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "agent/walk/objects_instances.h"
#include "agent/walk/subject.h"

namespace heapsnap {

template <class Memory>
void visit_range(const Subject<Memory>& s) {
  const Layout::Range& r = s.layout().range;
  for (const Offset offset : {r.start, r.stop, r.step, r.length}) s.field(offset);
}

// datetime.datetime and datetime.time: the field is there only if the object has a time zone.
template <class Memory>
void visit_date_time(const Subject<Memory>& s, Offset tzinfo) {
  const Attributes attributes = instance_words(s);
  if (s.walk.memory.u8(s.object + s.layout().date_time.hastzinfo) != 0) s.field(tzinfo);
  instance_values(s, attributes);
}

}  // namespace heapsnap
