// Learning a type when its first instance turns up: which walker reads its instances, what Python
// classes added to them, how large they are; and writing its record (docs/format.md section 4).
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/layout/field_names.h"
#include "agent/walk/dict_reader.h"
#include "agent/walk/known_words.h"
#include "agent/walk/native_types.h"
#include "agent/walk/type_record.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

inline constexpr int kMaxBases = 256;  // longest chain of bases that is followed

template <class Memory>
class TypeReader {
 public:
  TypeReader(Walk<Memory>& walk, Address type) : walk_(walk), layout_(walk.layout.type) {
    entry_.address = type;
  }

  // Whether this can be a type at all: its own type says that it makes types.
  bool plausible() const {
    const Address type = entry_.address;
    if (!Emitter::plausible(type)) return false;
    const Address metatype = walk_.type_of(type);
    if (!Emitter::plausible(metatype)) return false;
    if ((flags_of(metatype) & kTypeTypeSubclass) == 0) return false;
    const std::int64_t size = walk_.memory.number(type + layout_.tp_basicsize);
    if (size < walk_.layout.object.size || size >= kMaxBasicSize) return false;
    // Some static types of 3.10 have instances before anybody made them ready.
    const std::uint64_t flags = flags_of(type);
    return (flags & kTypeReady) != 0 ||
           (metatype == walk_.options.target.type && (flags & kTypeHeapType) == 0);
  }

  const TypeEntry& read() {
    const Address type = entry_.address;
    entry_.flags = flags_of(type);
    entry_.basicsize = walk_.memory.number(type + layout_.tp_basicsize);
    entry_.itemsize = walk_.memory.number(type + layout_.tp_itemsize);
    entry_.is_gc = walk_.memory.word(type + layout_.tp_is_gc);
    entry_.heap = (entry_.flags & kTypeHeapType) != 0;
    entry_.has_gc = (entry_.flags & kTypeHaveGc) != 0;
    entry_.body_words = body_of(type);
    if (entry_.heap) entry_.cached_keys = walk_.memory.word(type + layout_.ht_cached_keys);
    read_pre_header();
    find_base();
    find_slots();
    find_untold();
    if constexpr (!Memory::kCanCall) find_words();
    find_dict();
    entry_.is_thread = derives_from_thread();
    entry_.traverses_dict = holder_ != 0 && (flags_of(holder_) & kTypeManagedDict) != 0;
    entry_.leaf = entry_.visit <= Visit::kBool && entry_.foreign_from == 0 &&
                  entry_.slot_count == 0 && entry_.untold_count == 0 &&
                  entry_.dict == DictPlace::kNone;
    return entry_;
  }

 private:
  static constexpr std::int64_t kMaxBasicSize = std::int64_t{1} << 24;
  static constexpr std::int64_t kMaxBodyWords = 512;

  const char* name_of(Address type) const {
    return walk_.memory.c_string(walk_.memory.word(type + layout_.tp_name));
  }
  std::uint64_t flags_of(Address type) const {
    return walk_.memory.word(type + layout_.tp_flags);
  }
  Address traverse_of(Address type) const { return walk_.memory.word(type + layout_.tp_traverse); }
  Address base_of(Address type) const { return walk_.memory.word(type + layout_.tp_base); }

  bool made_in_python(Address type) const {
    if ((flags_of(type) & kTypeHeapType) == 0) return false;
    const Address traverse = traverse_of(type);
    return traverse == 0 || traverse == walk_.subtype_traverse;
  }

  // Up to the last member: those of struct sequences stand behind the basic size.
  std::uint16_t body_of(Address type) const {
    std::int64_t words = walk_.memory.number(type + layout_.tp_basicsize) / 8;
    const Layout::MemberDef& m = walk_.layout.member_def;
    Address member = walk_.memory.word(type + layout_.tp_members);
    for (int i = 0; i < 512 && member != 0 && walk_.memory.word(member + m.name) != 0; ++i) {
      const std::int64_t word = walk_.memory.number(member + m.offset) / 8;
      if (word >= words && word < kMaxBodyWords) words = word + 1;
      member += static_cast<Address>(m.size);
    }
    return static_cast<std::uint16_t>(words < kMaxBodyWords ? words : kMaxBodyWords);
  }

  void read_pre_header() {
    const auto gc = static_cast<std::uint8_t>(walk_.layout.gc.head_size);
    if (entry_.has_gc) entry_.pre_header = gc;
    std::uint64_t before = 0;  // flags of those that have two words more
    if (walk_.layout.minor >= 11) before |= kTypeManagedDict;
    if (walk_.layout.minor >= 12) before |= kTypeManagedWeakref;
    const unsigned more = entry_.flags & before ? 16 : 0;
    entry_.pre_header = static_cast<std::uint8_t>(entry_.pre_header + more);
  }

  // The nearest base that is in our table, and the nearest with a tp_traverse of its own in C.
  void find_base() {
    Address type = entry_.address;
    Address foreign = 0;
    for (int i = 0; i < kMaxBases && type != 0; ++i, type = base_of(type)) {
      const NativeType* const native = native_type(type);
      if (foreign == 0 && !made_in_python(type) && traverse_of(type) != 0) foreign = type;
      if (native != nullptr) {
        take_native(*native, type, foreign);
        return;
      }
    }
    holder_ = foreign;
    if (foreign == 0) return;
    entry_.visit = Visit::kTraverse;
    entry_.traverse = traverse_of(foreign);
  }

  const NativeType* native_type(Address type) const {
    return find_native(name_of(type), (flags_of(type) & kTypeHeapType) == 0);
  }

  void take_native(const NativeType& native, Address type, Address foreign) {
    holder_ = type;
    entry_.visit = native.visit;
    entry_.size = native.size;
    entry_.layout = native.layout;
    entry_.counted_twice = native.counted_twice;
    entry_.traverse = traverse_of(type);
    if (foreign != 0 && foreign != type && traverse_of(foreign) != entry_.traverse) {
      holder_ = foreign;
      entry_.traverse = traverse_of(foreign);
      add_foreign(type);
      return;
    }
    const Address base = base_of(type);
    if (base == 0 || entry_.traverse == traverse_of(base)) return;
    const NativeType* const known = native_type(base);
    if (known != nullptr && known->visit == native.visit) add_foreign(base);
  }

  // The C type has fields besides those of `known`, whose instances we read.
  void add_foreign(Address known) {
    if (entry_.visit == Visit::kNothing || entry_.visit == Visit::kTuple) {
      entry_.visit = Visit::kTraverse;  // a tuple of this kind has named items, some out of sight
    } else if (entry_.visit != Visit::kTraverse) {
      entry_.foreign_from =
          static_cast<std::uint16_t>(walk_.memory.number(known + layout_.tp_basicsize) / 8);
    }
  }

  bool derives_from_thread() const {
    Address type = entry_.address;
    for (int i = 0; i < kMaxBases && type != 0 && made_in_python(type); ++i, type = base_of(type)) {
      if (!same_text(name_of(type), "Thread")) continue;
      const Address module = dict_find(walk_, dict_of_type(walk_, type), "__module__");
      if (module != 0 && is_str_type(walk_, walk_.type_of(module))) {
        return str_is(walk_, module, "threading");
      }
    }
    return false;
  }

  // The words of __slots__: what subtype_traverse would visit, in classes above the C type.
  void find_slots() {
    std::size_t count = 0;
    for (int pass = 0; pass < 2; ++pass) {
      std::uint16_t* const slots = pass == 0 ? nullptr : allocate_slots(count);
      if (pass == 1 && slots == nullptr) return;
      count = 0;
      Address type = entry_.address;
      for (int i = 0; i < kMaxBases && type != 0 && made_in_python(type); ++i) {
        for_each_slot(type, [&](std::uint16_t word) {
          if (slots != nullptr && count < entry_.slot_count) slots[count] = word;
          ++count;
        });
        type = base_of(type);
      }
    }
  }

  std::uint16_t* allocate_slots(std::size_t count) {
    if (count == 0) return nullptr;
    entry_.slot_count = static_cast<std::uint16_t>(count < 512 ? count : 512);
    auto* const slots = walk_.emitter.arena().template make_array<std::uint16_t>(entry_.slot_count);
    if (slots == nullptr) entry_.slot_count = 0;
    entry_.slots = slots;
    return slots;
  }

  // References that are read although tp_traverse does not tell of them.
  void find_untold() {
    if (entry_.visit != Visit::kTraverse && entry_.visit != Visit::kNothing) return;
    constexpr std::uint16_t kMost = 16;
    std::uint16_t words[kMost];
    Address type = entry_.address;
    for (int i = 0; i < kMaxBases && type != 0; ++i, type = base_of(type)) {
      const char* const name = name_of(type);
      if ((flags_of(type) & kTypeHeapType) != 0 && !dotted(name)) continue;
      for_each_field_name(name, walk_.layout.minor, [&](const FieldName& field) {
        if (!field.untraversed() || entry_.untold_count == kMost) return;
        const bool is_name = same_text(field.label(), ".__name__") ||
                             same_text(field.label(), ".__qualname__") ||
                             same_text(field.label(), "->md_name");
        words[entry_.untold_count++] =
            static_cast<std::uint16_t>(field.offset / 8 | (is_name ? kUntoldName : 0));
      });
    }
    if (entry_.untold_count == 0) return;
    auto* const untold =
        walk_.emitter.arena().template make_array<std::uint16_t>(entry_.untold_count);
    if (untold == nullptr) entry_.untold_count = 0;
    for (std::uint16_t i = 0; i < entry_.untold_count; ++i) untold[i] = words[i];
    entry_.untold = untold;
  }

  // What a tp_traverse of C would tell of.
  void find_words() {
    if (holder_ == 0 || (entry_.visit != Visit::kTraverse && entry_.foreign_from == 0 &&
                         entry_.visit != Visit::kLruCache)) {
      return;
    }
    auto* const words = walk_.emitter.arena().template make_array<KnownWords>(1);
    if (words == nullptr) return;
    *words = KnownWordsReader<Memory>(walk_, holder_, body_of(holder_)).read();
    entry_.words = words;
  }

  template <class Function>
  void for_each_slot(Address type, Function&& function) {
    if (walk_.memory.word(type + walk_.layout.object.ob_size) == 0) return;
    const Layout::MemberDef& m = walk_.layout.member_def;
    Address member = walk_.memory.word(type + layout_.tp_members);
    for (int i = 0; i < 512 && member != 0 && walk_.memory.word(member + m.name) != 0; ++i) {
      if (walk_.memory.u32(member + m.type) == kMemberObjectEx) {
        function(static_cast<std::uint16_t>(walk_.memory.word(member + m.offset) / 8));
      }
      member += static_cast<Address>(m.size);
    }
  }

  void find_dict() {
    if (walk_.layout.instance.scheme != DictScheme::None && (entry_.flags & kTypeManagedDict)) {
      entry_.dict = DictPlace::kManaged;
      return;
    }
    const std::int64_t offset = walk_.memory.number(entry_.address + layout_.tp_dictoffset);
    const std::int64_t inherited =
        holder_ == 0 ? 0 : walk_.memory.number(holder_ + layout_.tp_dictoffset);
    if (offset == inherited || offset == 0) return;
    entry_.dict_offset = offset;
    entry_.dict = offset > 0 ? DictPlace::kOffset : DictPlace::kFromEnd;
  }

  Walk<Memory>& walk_;
  const Layout::Type& layout_;
  Address holder_ = 0;  // the C type whose fields the walker, or tp_traverse, reads
  TypeEntry entry_;
};

template <class Memory>
TypeEntry* Walk<Memory>::entry_of(Address type) {
  if (TypeEntry* const known = types.find(type)) return known;
  TypeReader<Memory> reader(*this, type);
  if (!reader.plausible()) return nullptr;
  TypeEntry entry = reader.read();
  entry.sizing = sizing_of(*this, entry);
  TypeEntry* const result = types.insert(type);
  if (result == nullptr) return nullptr;
  entry.id = result->id;
  *result = entry;
  write_type_record(*this, entry);
  emitter.enqueue(type);  // instances of a static type do not lead to it
  return result;
}

}  // namespace heapsnap
