// dict and its C subclasses, list, tuple, set and deque: their tables are read directly. (For
// dicts that is more than fast: tp_traverse passes over the keys if all are strs.)
#pragma once

#include <cstdint>

#include "agent/walk/key_tables.h"
#include "agent/walk/objects_instances.h"
#include "agent/walk/subject.h"

namespace heapsnap {

// A dict whose keys are shared: values by position.
template <class Memory>
void split_values(const Subject<Memory>& s, Address keys, Address values) {
  const Layout::Values& v = s.layout().values;
  if (v.embedded != kAbsent && s.walk.memory.u8(values + v.embedded) != 0) {
    return;  // they lie in the instance, which refers to them
  }
  const SharedKeys shared = shared_keys(s.walk, keys);
  s.node.open_values(shared.id);
  for (std::uint64_t i = 0; i < shared.count; ++i) {
    s.node.add(s.walk.memory.word(values + v.first + 8 * i));
  }
}

template <class Memory>
void dict_items(const Subject<Memory>& s, const Attributes& attributes) {
  const Layout::Dict& d = s.layout().dict;
  const Address keys = s.at(d.ma_keys), values = s.at(d.ma_values);
  if (values != 0) {
    split_values(s, keys, values);
    return;
  }
  if (s.walk.interned.holds(s.object)) return;  // its references are not counted
  const KeyTable table = key_table(s.walk, keys);
  s.node.open(Part::kMap);
  for (std::uint64_t i = 0; i < table.count; ++i) {
    const Address entry = table.first + i * table.entry_size;
    const Address key = s.walk.memory.word(entry + table.key);
    const Address value = s.walk.memory.word(entry + table.value);
    if (key == 0 || value == 0) continue;  // deleted
    s.node.add_pair(key, value);
    s.walk.key(key);
  }
  instance_values(s, attributes);
}

template <class Memory>
void visit_dict(const Subject<Memory>& s) {
  dict_items(s, instance_words(s));
}

template <class Memory>
void visit_default_dict(const Subject<Memory>& s) {
  s.field(s.layout().default_dict.default_factory);
  dict_items(s, instance_words(s));
}

// Its list of nodes refers to each key once more.
template <class Memory>
void visit_ordered_dict(const Subject<Memory>& s) {
  const Layout::OrderedDict& o = s.layout().ordered_dict;
  name_keys(s.walk, s.field(o.od_inst_dict));
  dict_items(s, instance_words(s));
  const std::uint64_t most = s.at(s.layout().dict.ma_used);
  Address node = s.at(o.od_first);
  s.node.open(Part::kSet);
  for (std::uint64_t i = 0; i < most && node != 0; ++i) {
    s.node.add(s.walk.memory.word(node + o.node_key));
    node = s.walk.memory.word(node + o.node_next);
  }
}

template <class Memory>
void items_at(const Subject<Memory>& s, Address first, std::int64_t count) {
  if (count > 0) s.walk.memory.expect(first, static_cast<std::uint64_t>(count), 8);
  s.node.open(Part::kItems);
  for (std::int64_t i = 0; i < count; ++i) {
    s.node.add(s.walk.memory.word(first + 8 * static_cast<Address>(i)));
  }
}

template <class Memory>
void visit_list(const Subject<Memory>& s) {
  const Attributes attributes = instance_words(s);
  const std::int64_t count = s.walk.memory.number(s.object + s.layout().object.ob_size);
  items_at(s, s.at(s.layout().list.ob_item), count);
  instance_values(s, attributes);
}

template <class Memory>
void visit_tuple(const Subject<Memory>& s) {
  const Attributes attributes = instance_words(s);
  const std::int64_t count = s.walk.memory.number(s.object + s.layout().object.ob_size);
  items_at(s, s.object + s.layout().tuple.ob_item, count);
  instance_values(s, attributes);
}

template <class Memory>
void visit_set(const Subject<Memory>& s) {
  const Layout::Set& layout = s.layout().set;
  constexpr std::uint64_t kDeleted = ~std::uint64_t{0};  // the hash, which follows the key
  instance_values(s, instance_words(s));
  const std::uint64_t last = s.at(layout.mask);
  Address entry = s.at(layout.table);
  s.walk.memory.expect(entry, last + 1, static_cast<std::uint64_t>(layout.entry_size));
  s.node.open(Part::kSet);
  for (std::uint64_t i = 0; i <= last; ++i, entry += static_cast<Address>(layout.entry_size)) {
    const Address key = s.walk.memory.word(entry + layout.entry_key);
    if (key != 0 && s.walk.memory.word(entry + layout.entry_key + 8) != kDeleted) s.node.add(key);
  }
}

template <class Memory>
void visit_deque(const Subject<Memory>& s) {
  const Layout::Deque& d = s.layout().deque;
  const Attributes attributes = instance_words(s);
  const std::int64_t count = s.walk.memory.number(s.object + s.layout().object.ob_size);
  Address block = s.at(d.leftblock);
  std::int64_t index = s.walk.memory.number(s.object + d.leftindex);
  s.node.open(Part::kItems);
  for (std::int64_t i = 0; i < count && block != 0; ++i) {
    s.node.add(s.walk.memory.word(block + d.block_data + 8 * static_cast<Address>(index)));
    if (++index == d.block_length) {
      index = 0;
      block = s.walk.memory.word(block + d.block_right);
    }
  }
  instance_values(s, attributes);
}

}  // namespace heapsnap
