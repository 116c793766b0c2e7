// Types whose references tp_traverse does not tell, or not as they are: neither the collector nor
// gc.get_referents() knows them.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "agent/walk/objects_containers.h"
#include "agent/walk/objects_instances.h"
#include "agent/walk/objects_traverse.h"
#include "agent/walk/private_bytes.h"
#include "agent/walk/subject.h"

namespace heapsnap {

// datetime.datetime and datetime.time: the field is there only if the object has a time zone.
template <class Memory>
void visit_date_time(const Subject<Memory>& s, Offset tzinfo) {
  const Attributes attributes = instance_words(s);
  if (s.walk.memory.u8(s.object + s.layout().date_time.hastzinfo) != 0) s.field(tzinfo);
  instance_values(s, attributes);
}

// From 3.15 on a bytes object holds its data, which is its own unless it is empty.
template <class Memory>
void visit_byte_array(const Subject<Memory>& s) {
  const Attributes attributes = instance_words(s);
  if (private_bytes(s.walk, s.type, s.object) == 0) s.field(s.layout().byte_array.ob_bytes_object);
  instance_values(s, attributes);
}

// xml.etree.ElementTree.Element: the tag, text and tail; and a block with the attributes, which
// take the place of its pointer, and the children.
template <class Memory>
void visit_element(const Subject<Memory>& s) {
  const LibraryLayout::Element& e = s.layout().library.element;
  constexpr Address kJoin = 1;  // of a text that is a list so far
  const Attributes attributes = instance_words(s);
  for (Offset field = s.layout().object.size; field < e.extra; field += 8) {
    s.node.word(field, s.at(field) & ~kJoin);
  }
  if (const Address extra = s.at(e.extra)) {
    s.node.word(e.extra, s.walk.memory.word(extra + e.attrib));
    items_at(s, s.walk.memory.word(extra + e.children), s.walk.memory.number(extra + e.length));
  }
  instance_values(s, attributes);
}

inline constexpr std::uint64_t kMostLinks = std::uint64_t{1} << 32;

// The cache owns each link, as its dict does. tp_traverse tells of the keys and results of the
// links as if they were the cache's.
template <class Memory>
void visit_lru_cache(const Subject<Memory>& s) {
  const LibraryLayout::LruCache& c = s.layout().library.lru_cache;
  const Attributes attributes = instance_words(s);
  if (can_traverse(s)) {
    References<Memory> references(s, attributes);
    references.words(static_cast<std::size_t>(c.link_result) / 8 + 1);
  }
  s.node.open(Part::kItems);
  Address link = s.at(c.first_link);
  for (std::uint64_t i = 0; i < kMostLinks && link != 0 && link != s.object; ++i) {
    s.node.add(link);
    link = s.walk.memory.word(link + c.link_next);
  }
  instance_values(s, attributes);
}

}  // namespace heapsnap
