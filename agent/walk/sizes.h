// Shallow sizes: what sys.getsizeof() would return, by formula
// (docs/decisions/0002-shallow-sizes.md).
//
// A Python-level __sizeof__ is never called: its object gets the size of its C base and the type
// is marked so. A C type with a __sizeof__ that is not in our table gets basicsize and items.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "agent/walk/dict_reader.h"
#include "agent/walk/native_types.h"
#include "agent/walk/numpy_reader.h"
#include "agent/walk/sizes_modules.h"
#include "agent/walk/type_record.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
class SizeReader {
 public:
  SizeReader(const Walk<Memory>& walk, const TypeEntry& type, Address object)
      : walk_(walk), m_(walk.memory), l_(walk.layout), type_(type), object_(object) {}

  std::uint64_t read() const {
    const auto basic = static_cast<std::uint64_t>(type_.basicsize);
    switch (type_.size) {
      case SizeRule::kItems: return basic + items() + type_.counted_twice;
      case SizeRule::kInt: return int_digits();
      case SizeRule::kStr: return str();
      case SizeRule::kDict: return basic + dict_tables();
      case SizeRule::kOrderedDict: return basic + dict_tables() + ordered_nodes();
      case SizeRule::kList: return basic + 8 * at(l_.list.allocated);
      case SizeRule::kSet: return basic + set_table();
      case SizeRule::kDeque: return basic + deque_blocks();
      case SizeRule::kType: return of_type();
      case SizeRule::kCode: return code();
      case SizeRule::kGenerator: return generator();
      case SizeRule::kFrame: return frame();
      case SizeRule::kByteArray: return basic + byte_array();
      case SizeRule::kArray: return basic + array_items();
      case SizeRule::kNumpyArray: return basic + numpy_data();
      case SizeRule::kNumpyBytes: return basic + 2 * items();
      case SizeRule::kNumpyVoid: return basic + numpy_item_size(walk_, at(kVoidDescr));
      case SizeRule::kStgDict:
        return basic + dict_tables() + ModuleSizes<Memory>(walk_, object_).beyond_basic(type_.size);
      default:
        return basic + items() + ModuleSizes<Memory>(walk_, object_).beyond_basic(type_.size);
    }
  }

 private:
  std::uint64_t at(Offset offset) const { return m_.word(object_ + offset); }
  std::uint32_t int_at(Address object, Offset offset) const {
    return offset == kAbsent ? 0 : m_.u32(object + offset);
  }

  std::uint64_t items() const {
    if (type_.itemsize == 0) return 0;
    const std::int64_t count = static_cast<std::int64_t>(at(l_.object.ob_size));
    return static_cast<std::uint64_t>((count < 0 ? -count : count) * type_.itemsize);
  }

  std::uint64_t int_digits() const {
    return static_cast<std::uint64_t>(l_.integer.digit) +
           digit_count() * static_cast<std::uint64_t>(l_.integer.digit_size);
  }

  std::uint64_t digit_count() const {
    if (l_.integer.lv_tag == kAbsent) {
      const std::int64_t size = static_cast<std::int64_t>(at(l_.object.ob_size));
      const auto digits = static_cast<std::uint64_t>(size < 0 ? -size : size);
      return digits == 0 && l_.minor >= 11 ? 1 : digits;
    }
    const std::uint64_t digits = at(l_.integer.lv_tag) >> kIntTagShift;
    return digits == 0 ? 1 : digits;
  }

  std::uint64_t str() const {
    const Layout::Str& s = l_.str;
    const std::uint32_t state = m_.u32(object_ + s.state);
    const std::uint64_t length = at(s.length), kind = state >> s.kind_shift & 7;
    const bool compact = (state >> s.compact_shift & 1) != 0;
    const bool ascii = (state >> s.ascii_shift & 1) != 0;
    std::uint64_t size;
    Address data = 0;
    if (compact) {
      const Offset header = ascii ? s.ascii_size : s.compact_size;
      size = static_cast<std::uint64_t>(header) + (length + 1) * kind;
      data = object_ + header;
    } else {
      data = at(s.data);
      size = static_cast<std::uint64_t>(s.size) + (data == 0 ? 0 : (length + 1) * kind);
    }
    if (s.wstr != kAbsent) {
      const bool ready = (state >> s.ready_shift & 1) != 0;
      const Address wide = at(s.wstr);
      const std::uint64_t wide_length = compact && ascii ? length : at(s.wstr_length);
      if (wide != 0 && (!ready || wide != data)) size += (wide_length + 1) * 4;
    }
    if (!(compact && ascii)) {
      const Address utf8 = at(s.utf8);
      if (utf8 != 0 && utf8 != data) size += at(s.utf8_length) + 1;
    }
    return size;
  }

  std::uint64_t keys_size(Address keys) const {
    const KeyTable table = key_table(walk_, keys);
    return table.bytes + table.usable * table.entry_size;
  }

  std::uint64_t dict_tables() const {
    const Address keys = at(l_.dict.ma_keys), values = at(l_.dict.ma_values);
    std::uint64_t size = 0;
    if (values != 0) {
      size += 8 * (l_.keys.dk_size != kAbsent
                       ? key_table(walk_, keys).usable
                       : m_.word(keys + l_.keys.dk_nentries) +
                             m_.word(keys + l_.keys.dk_usable));
    }
    if (m_.word(keys + l_.keys.dk_refcnt) == 1) size += keys_size(keys);
    return size;
  }

  std::uint64_t ordered_nodes() const {
    const Layout::OrderedDict& o = l_.ordered_dict;
    std::uint64_t size = 8 * at(o.od_fast_nodes_size);
    if (at(o.od_first) != 0) size += static_cast<std::uint64_t>(o.node_size) * at(l_.dict.ma_used);
    return size;
  }

  std::uint64_t set_table() const {
    const Layout::Set& s = l_.set;
    if (at(s.table) == object_ + s.smalltable) return 0;
    return (at(s.mask) + 1) * static_cast<std::uint64_t>(s.entry_size);
  }

  std::uint64_t deque_blocks() const {
    const Layout::Deque& d = l_.deque;
    const auto length = static_cast<std::uint64_t>(d.block_length);
    const std::uint64_t blocks = (at(d.leftindex) + at(l_.object.ob_size) + length - 1) / length;
    return blocks * static_cast<std::uint64_t>(d.block_size);
  }

  std::uint64_t of_type() const {
    const std::uint64_t flags = at(l_.type.tp_flags);
    if ((flags & kTypeHeapType) == 0) return static_cast<std::uint64_t>(l_.type.size);
    const Address keys = at(l_.type.ht_cached_keys);
    return static_cast<std::uint64_t>(l_.type.heap_size) + (keys == 0 ? 0 : keys_size(keys));
  }

  std::uint64_t code() const {
    const Layout::Code& c = l_.code;
    std::uint64_t size = static_cast<std::uint64_t>(type_.basicsize);
    if (c.code_unit != kAbsent) {
      size += at(l_.object.ob_size) * static_cast<std::uint64_t>(c.code_unit);
      size = (size + 7) & ~std::uint64_t{7};
    }
    if (const Address extra = at(c.co_extra)) size += 8 + 8 * m_.word(extra);
    if (c.co_cell2arg != kAbsent && at(c.co_cell2arg) != 0) {
      const Address cells = at(c.co_cellvars);
      size += 8 * m_.word(cells + l_.object.ob_size);
    }
    if (c.co_opcache != kAbsent) {
      if (at(c.co_opcache_map) != 0) {
        size += m_.word(at(c.co_code) + l_.object.ob_size) / 2;
      }
      if (at(c.co_opcache) != 0) {
        size += m_.u8(object_ + static_cast<Address>(c.co_opcache_size)) *
                static_cast<std::uint64_t>(c.opcache_size);
      }
    }
    return size;
  }

  // Words of the frame of a code object: its variables and its evaluation stack.
  std::uint64_t frame_slots(Address code) const {
    const Layout::Code& c = l_.code;
    std::uint64_t slots = int_at(code, c.co_stacksize);
    if (c.co_nlocalsplus != kAbsent) return slots + int_at(code, c.co_nlocalsplus);
    slots += int_at(code, c.co_nlocals);
    for (const Offset names : {c.co_cellvars, c.co_freevars}) {
      const Address tuple = m_.word(code + names);
      slots += m_.word(tuple + l_.object.ob_size);
    }
    return slots;
  }

  Address code_of_frame(Address frame) const {
    const std::uint64_t word = m_.word(frame + l_.frame.f_executable);
    return word & ~static_cast<std::uint64_t>(l_.frame.tag_mask);
  }

  std::uint64_t generator() const {
    const Layout::Generator& g = l_.generator;
    if (g.iframe == kAbsent) return static_cast<std::uint64_t>(type_.basicsize);
    const Address code = g.gi_code != kAbsent ? at(g.gi_code)
                                              : code_of_frame(object_ + g.iframe);
    const auto fixed = static_cast<std::uint64_t>(g.iframe + l_.frame.localsplus);
    return fixed + 8 * frame_slots(code);
  }

  std::uint64_t frame() const {
    const Layout::FrameObject& f = l_.frame_object;
    if (f.f_code != kAbsent) {
      // The basic size has room for one.
      return static_cast<std::uint64_t>(type_.basicsize) + 8 * frame_slots(at(f.f_code)) - 8;
    }
    const Address code = code_of_frame(at(f.f_frame));
    return static_cast<std::uint64_t>(f.frame_data + l_.frame.localsplus) + 8 * frame_slots(code);
  }

  std::uint64_t byte_array() const {
    const std::uint64_t allocated = at(l_.byte_array.ob_alloc);
    const bool in_bytes = l_.byte_array.ob_bytes_object != kAbsent && allocated != 0;
    return allocated + (in_bytes ? static_cast<std::uint64_t>(l_.bytes.size) : 0);
  }

  std::uint64_t array_items() const {
    const Layout::Array& a = l_.array;
    const Address descr = at(a.ob_descr);
    return at(a.allocated) * m_.u32(descr + a.descr_itemsize);
  }

  // Dimensions and strides, and the data if it is its own.
  std::uint64_t numpy_data() const {
    const Layout::NumpyArray& n = l_.numpy_array;
    const std::uint64_t shape = 16 * std::uint64_t{int_at(object_, n.nd)};
    return shape + (numpy_owns_data(walk_, object_) ? numpy_bytes(walk_, object_) : 0);
  }

  const Walk<Memory>& walk_;
  const Memory& m_;
  const Layout& l_;
  const TypeEntry& type_;
  Address object_;
};

template <class Memory>
std::uint64_t shallow_size(const Walk<Memory>& walk, const TypeEntry& type, Address object) {
  std::uint64_t before = type.pre_header;
  const bool asks_object = walk.layout.minor == 10 || walk.layout.minor >= 13;
  if ((type.size == SizeRule::kType || type.size == SizeRule::kCType) && asks_object) {
    // These versions ask the object, and static types have no collector's header.
    const std::uint64_t flags = walk.memory.word(object + walk.layout.type.tp_flags);
    if ((flags & kTypeHeapType) == 0) before = 0;
  }
  return before + SizeReader<Memory>(walk, type, object).read();
}

// Whether some class between the type and the one that its formula is for has a __sizeof__.
template <class Memory>
Sizing sizing_of(const Walk<Memory>& walk, const TypeEntry& entry) {
  Address type = entry.address;
  for (int i = 0; i < 256 && type != 0 && type != walk.options.target.object; ++i) {
    const bool heap = (walk.memory.word(type + walk.layout.type.tp_flags) &
                       kTypeHeapType) != 0;
    const char* const name = walk.memory.c_string(
        walk.memory.word(type + walk.layout.type.tp_name));
    if (find_native(name, !heap) != nullptr) return Sizing::kExact;
    if (const Address own = dict_find(walk, dict_of_type(walk, type), "__sizeof__")) {
      const Address method = walk.type_of(own);
      const char* const kind = walk.memory.c_string(
          walk.memory.word(method + walk.layout.type.tp_name));
      return same_text(kind, "method_descriptor") ? Sizing::kEstimated : Sizing::kOverridden;
    }
    type = walk.memory.word(type + walk.layout.type.tp_base);
  }
  return Sizing::kExact;
}

}  // namespace heapsnap
