// Writing the record of a type: its names, and what the words of its instances are called.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/dict_reader.h"
#include "agent/layout/field_names.h"
#include "agent/walk/native_types.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

// The word that stands for where an instance's dict is kept if that is not at a fixed offset
// behind its start.
inline constexpr std::uint16_t kDictWord = 0xFFFF;

// A type's own dict, for static builtin types of 3.12 and later kept by the interpreter.
template <class Memory>
Address dict_of_type(const Walk<Memory>& walk, Address type) {
  const Address dict = walk.memory.word(type + walk.layout.type.tp_dict);
  return dict != 0 ? dict : static_type_field(walk, type, walk.layout.hints.static_types.tp_dict);
}

// A field of what the interpreter keeps for a static builtin type; 0 if it keeps nothing.
template <class Memory>
Address static_type_field(const Walk<Memory>& walk, Address type, Offset field) {
  const Address state = static_type_state(walk, type);
  return state == 0 || field == kAbsent ? 0 : walk.memory.word(state + static_cast<Address>(field));
}

// The same in the interpreter whose array of builtin types this is.
template <class Memory>
Address static_type_state_in(const Walk<Memory>& walk, Address array, Address type) {
  const StateHints::StaticTypes& s = walk.layout.hints.static_types;
  if (array == 0) return 0;
  const std::uint64_t flags = walk.memory.word(type + walk.layout.type.tp_flags);
  if ((flags & kTypeStaticBuiltin) == 0) return 0;
  const std::uint64_t index = walk.memory.word(type + walk.layout.type.tp_subclasses) - 1;
  // The indexes of builtin types and of those of extension modules both start from 0.
  const auto state_in = [&](Address first, Offset capacity) -> Address {
    if (index >= static_cast<std::uint64_t>(capacity)) return 0;
    const Address state = first + index * static_cast<std::uint64_t>(s.entry_size);
    return walk.memory.word(state + s.type) == type ? state : 0;
  };
  if (const Address state = state_in(array, s.builtins_capacity)) return state;
  if (s.extensions == kAbsent) return 0;
  return state_in(array + s.extensions - s.builtins, s.extensions_capacity);
}

template <class Memory>
Address static_type_state(const Walk<Memory>& walk, Address type) {
  return static_type_state_in(walk, walk.static_types, type);
}

struct StructureField {
  Offset offset;  // in bytes
  const char* label;
};

template <class Memory>
class TypeRecordWriter {
 public:
  TypeRecordWriter(Walk<Memory>& walk, const TypeEntry& entry)
      : walk_(walk), entry_(entry), layout_(walk.layout.type) {}

  void write() {
    const Address type = entry_.address;
    std::uint8_t* out = walk_.emitter.types.reserve(kMaxRecord);
    end_ = out + kMaxRecord;
    out = put_varint(out, entry_.id);
    out = put_address(out, type);
    out = put_address(out, walk_.type_of(type));
    out = put_address(out, walk_.memory.word(type + layout_.tp_base));
    out = put_varint(out, entry_.flags);
    out = put_varint(out, static_cast<std::uint64_t>(entry_.basicsize));
    out = put_varint(out, static_cast<std::uint64_t>(entry_.itemsize));
    out = put_zigzag(out, walk_.memory.number(type + layout_.tp_dictoffset));
    out = put_zigzag(out, walk_.memory.number(type + layout_.tp_weaklistoffset));
    out = put_u8(out, static_cast<std::uint8_t>(entry_.layout));
    out = put_u8(out, static_cast<std::uint8_t>(entry_.sizing));
    out = entry_.heap ? put_heap_names(out) : put_static_names(out);
    std::uint8_t* const count_at = out;  // a varint of two bytes, however small the count is
    out = put_fields(out + 2);
    count_at[0] = static_cast<std::uint8_t>(count_ | 0x80);
    count_at[1] = static_cast<std::uint8_t>(count_ >> 7);
    walk_.emitter.types.commit(out);
    ++walk_.emitter.totals.types;
  }

 private:
  static constexpr std::size_t kMaxRecord = std::size_t{48} << 10;
  static constexpr std::size_t kMaxName = 2048;
  static constexpr std::uint32_t kMaxFields = 4096;

  const char* name_of(Address type) const {
    return walk_.memory.c_string(walk_.memory.word(type + layout_.tp_name));
  }

  std::uint8_t* put_static_names(std::uint8_t* out) {
    const char* const name = name_of(entry_.address);
    std::size_t length = 0, dot = 0;
    bool has_dot = false;
    for (; name[length] != 0 && length < kMaxName; ++length) {
      if (name[length] == '.') dot = length, has_dot = true;
    }
    out = has_dot ? put_string(out, name, dot) : put_string(out, "builtins", 8);
    const std::size_t start = has_dot ? dot + 1 : 0;
    return put_string(out, name + start, length - start);
  }

  // At Strings::kNone a class keeps what tells it from others: a keyed hash of its name.
  bool anonymous(Address type) const {
    if (walk_.text.names()) return false;
    if ((walk_.memory.word(type + layout_.tp_flags) & kTypeHeapType) == 0) return false;
    return !dotted(name_of(type));
  }

  std::uint8_t* put_hashed_name(std::uint8_t* out) {
    const Text text = text_of_str(walk_, walk_.memory.word(entry_.address + layout_.ht_qualname));
    std::uint64_t hash = walk_.text.keyed_hash(text);
    std::uint8_t name[1 + 16] = {'#'};
    for (std::size_t i = 16; i > 0; --i, hash >>= 4) {
      name[i] = static_cast<std::uint8_t>("0123456789abcdef"[hash & 15]);
    }
    return put_string(put_string(out, "", 0), name, sizeof name);
  }

  std::uint8_t* put_heap_names(std::uint8_t* out) {
    if (anonymous(entry_.address)) return put_hashed_name(out);
    out = put_str(out, dict_find(walk_, dict_of_type(walk_, entry_.address), "__module__"));
    return put_str(out, walk_.memory.word(entry_.address + layout_.ht_qualname));
  }

  // The text of a str, or nothing if it is none.
  std::uint8_t* put_str(std::uint8_t* out, Address str) {
    if (str == 0 || !is_str_type(walk_, walk_.type_of(str))) return put_string(out, "", 0);
    return put_name(out, text_of_str(walk_, str), kMaxName);
  }

  std::uint8_t* put_fields(std::uint8_t* out) {
    Address type = entry_.address;
    for (int i = 0; i < 256 && type != 0; ++i) {
      if (!anonymous(type)) out = put_members(out, type);
      out = put_native_fields(out, type);
      type = walk_.memory.word(type + layout_.tp_base);
    }
    out = put_opaque_fields(out);
    out = put_frame_fields(out);
    if (entry_.dict == DictPlace::kManaged || entry_.dict == DictPlace::kFromEnd) {
      return put_field(out, kDictWord, 0, ".__dict__");
    }
    const std::int64_t dict = walk_.memory.number(entry_.address + layout_.tp_dictoffset);
    return dict > 0 ? put_field(out, static_cast<std::uint64_t>(dict) / 8, 0, ".__dict__") : out;
  }

  // Of the types in objects_opaque.h and objects_numpy.h.
  std::uint8_t* put_opaque_fields(std::uint8_t* out) {
    const Layout& l = walk_.layout;
    switch (entry_.visit) {
      case Visit::kDateTime: return put_reference(out, l.date_time.datetime_tzinfo, ".tzinfo");
      case Visit::kTime: return put_reference(out, l.date_time.time_tzinfo, ".tzinfo");
      case Visit::kByteArray:
        return put_reference(out, l.byte_array.ob_bytes_object, "->ob_bytes_object");
      case Visit::kElement: return put_reference(out, l.library.element.extra, ".attrib");
      case Visit::kNumpyArray:
        out = put_reference(out, l.numpy_array.base, ".base");
        return put_reference(out, l.numpy_array.descr, ".dtype");
      default: return out;
    }
  }

  std::uint8_t* put_reference(std::uint8_t* out, Offset offset, const char* label) {
    if (offset == kAbsent) return out;
    return put_field(out, static_cast<std::uint64_t>(offset) / 8, 0, label);
  }

  const char* frame_object_label() const {
    const char* const name = name_of(entry_.address);
    if (same_text(name, "generator")) return ".gi_frame";
    if (same_text(name, "coroutine")) return ".cr_frame";
    return same_text(name, "async_generator") ? ".ag_frame" : "->frame_obj";
  }

  // Of the frame record within a frame object or a generator (3.11+).
  std::uint8_t* put_frame_fields(std::uint8_t* out) {
    const Layout::InterpreterFrame& f = walk_.layout.frame;
    const bool generator = entry_.visit == Visit::kGenerator || entry_.visit == Visit::kCoroutine;
    if (!generator && entry_.visit != Visit::kFrame) return out;
    const Offset record =
        generator ? walk_.layout.generator.iframe : walk_.layout.frame_object.frame_data;
    if (record == kAbsent) return out;
    const StructureField fields[] = {{f.f_executable, ".f_code"},
                                     {f.f_funcobj, "->f_funcobj"},
                                     {f.f_locals, ".f_locals"},
                                     {f.frame_obj, frame_object_label()}};
    for (const StructureField& field : fields) {
      if (field.offset != kAbsent) out = put_reference(out, record + field.offset, field.label);
    }
    return out;
  }

  std::uint8_t* put_members(std::uint8_t* out, Address type) {
    const Layout::MemberDef& m = walk_.layout.member_def;
    Address member = walk_.memory.word(type + layout_.tp_members);
    for (int i = 0; i < 512 && member != 0; ++i, member += static_cast<Address>(m.size)) {
      const Address name = walk_.memory.word(member + m.name);
      if (name == 0) break;
      const std::uint32_t kind = walk_.memory.u32(member + m.type);
      if (kind != kMemberObject && kind != kMemberObjectEx) continue;
      const std::uint64_t word = walk_.memory.word(member + m.offset) / 8;
      out = put_field(out, word, 0, walk_.memory.c_string(name), true);
    }
    return out;
  }

  std::uint8_t* put_native_fields(std::uint8_t* out, Address type) {
    const char* const name = name_of(type);
    const bool heap = (walk_.memory.word(type + layout_.tp_flags) & kTypeHeapType) != 0;
    if (heap && !dotted(name)) return out;  // a class of Python that is called like a C type
    for_each_field_name(name, walk_.layout.minor, [&](const FieldName& field) {
      out = put_field(out, field.offset / 8, field.weak() ? kFieldWeak : 0, field.label());
    });
    return out;
  }

  std::uint8_t* put_field(std::uint8_t* out, std::uint64_t word, std::uint8_t flags,
                          const char* label, bool dot = false) {
    const std::size_t length = text_length(label);
    if (count_ == kMaxFields || length > kMaxName || word > kDictWord) return out;
    if (static_cast<std::size_t>(end_ - out) < length + 4 * kMaxVarint) return out;
    ++count_;
    out = put_varint(out, word);
    out = put_u8(out, flags);
    out = put_varint(out, length + (dot ? 1 : 0));
    if (dot) out = put_u8(out, '.');
    return put_bytes(out, label, length);
  }

  Walk<Memory>& walk_;
  const TypeEntry& entry_;
  const Layout::Type& layout_;
  const std::uint8_t* end_ = nullptr;
  std::uint32_t count_ = 0;
};

template <class Memory>
void write_type_record(Walk<Memory>& walk, const TypeEntry& entry) {
  TypeRecordWriter<Memory>(walk, entry).write();
}

// A record of what is no object: <interpreter>, <thread>, <frame>.
inline void write_structure_type(Emitter& emitter, std::uint32_t id, const char* name,
                                 const StructureField* fields, std::size_t count) {
  std::uint8_t* out = emitter.types.reserve(std::size_t{4} << 10);
  out = put_varint(out, id);
  for (int i = 0; i < 8; ++i) out = put_u8(out, 0);  // addresses, flags, sizes, offsets
  out = put_u8(out, static_cast<std::uint8_t>(TypeLayout::kStructure));
  out = put_u8(out, static_cast<std::uint8_t>(Sizing::kExact));
  out = put_string(out, "", 0);
  out = put_string(out, name, text_length(name));
  out = put_varint(out, count);
  for (std::size_t i = 0; i < count; ++i) {
    out = put_varint(out, static_cast<std::uint64_t>(fields[i].offset) / 8);
    out = put_u8(out, 0);
    out = put_string(out, fields[i].label, text_length(fields[i].label));
  }
  emitter.types.commit(out);
  ++emitter.totals.types;
}

}  // namespace heapsnap
