// Is this the CPython that its version number says? Objects that every process has are read with
// the layout's numbers; if one reads wrong the walk refuses, because it would not fail loudly
// later but write nonsense.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "agent/walk/dict_reader.h"
#include "agent/walk/objects_instances.h"
#include "agent/walk/objects_values.h"
#include "agent/walk/type_record.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
class SelfTest {
 public:
  explicit SelfTest(const Walk<Memory>& walk) : walk_(walk), m_(walk.memory), l_(walk.layout) {}

  // Each returns nullptr, or what is wrong. Run them guarded: with a wrong number they may read
  // anything.

  const char* types() const {
    const Target& target = walk_.options.target;
    if (target.type == 0 || target.object == 0 || target.none == 0) {
      return "the addresses of type, object and None are needed";
    }
    if (walk_.type_of(target.type) != target.type) return "type is not of type type";
    if (walk_.type_of(target.object) != target.type) return "object is not of type type";
    if (!is_a(target.none, "NoneType")) return "None is of another type";
    if (!is_a(target.type, "type")) return "type has another name";
    if (type_word(l_.type.tp_base) != target.object) return "type does not derive from object";
    if (const char* const wrong = fields_of_type()) return wrong;
    const Address bases = type_word(l_.type.tp_mro), first = bases + l_.tuple.ob_item;
    if (!is_a(bases, "tuple") || m_.word(bases + l_.object.ob_size) != 2 ||
        m_.word(first) != target.type || m_.word(first + 8) != target.object) {
      return "the method resolution order of type reads wrong";
    }
    const Address dict = dict_of_type(walk_, target.type);
    // 0: the interpreter's copy was not found; names will be missing.
    if (dict != 0 && !is_a(find(dict, "mro"), "method_descriptor")) {
      return "the dict of type reads wrong";
    }
    return nullptr;
  }

  // Of the dict of modules. What is not there, in a process that starts or ends, proves nothing.
  const char* modules(Address modules) const {
    if (modules == 0 || !is_a(modules, "dict")) return nullptr;
    if (const Address sys = find(modules, "sys"); is_a(sys, "module")) {
      if (const char* const wrong = sys_module(sys)) return wrong;
    }
    const Address builtins = find(modules, "builtins");
    if (is_a(builtins, "module") && !sizes_agree(dict_of(builtins))) {
      return "objects have other sizes";
    }
    const Address importlib = find(modules, "_frozen_importlib");
    return is_a(importlib, "module") ? functions(dict_of(importlib)) : nullptr;
  }

 private:
  struct Member {
    const char* name;
    Offset expected;
  };

  std::uint64_t type_word(Offset offset) const {
    return m_.word(walk_.options.target.type + offset);
  }

  const char* fields_of_type() const {
    const Layout::Type& t = l_.type;
    const auto expect = [&](Offset field, Offset value) {
      return type_word(field) == static_cast<std::uint64_t>(value);
    };
    if (!expect(t.tp_basicsize, t.heap_size)) return "types have another size";
    if (!expect(t.tp_itemsize, l_.member_def.size)) return "types have other members";
    if (!expect(t.tp_dictoffset, t.tp_dict)) return "types have their dict elsewhere";
    if (!expect(t.tp_weaklistoffset, t.tp_weaklist)) return "types have weak references elsewhere";
    constexpr std::uint64_t kFlags = kTypeTypeSubclass | kTypeHaveGc | kTypeReady;
    if ((type_word(t.tp_flags) & (kFlags | kTypeHeapType)) != kFlags) return "type has other flags";
    if (type_word(t.tp_is_gc) == 0 || type_word(t.tp_traverse) == 0) {
      return "type cannot be traversed";
    }
    const Address object = walk_.options.target.object;
    if (m_.word(object + t.tp_is_gc) != 0 || m_.word(object + t.tp_traverse) != 0) {
      return "object can be traversed";
    }
    if (m_.word(object + t.tp_bases) == 0 || m_.word(object + t.tp_base) != 0) {
      return "object has other bases";
    }
    return members_agree(walk_.options.target.type, {{"__basicsize__", t.tp_basicsize},
                                                     {"__itemsize__", t.tp_itemsize},
                                                     {"__flags__", t.tp_flags},
                                                     {"__base__", t.tp_base},
                                                     {"__dictoffset__", t.tp_dictoffset}})
               ? nullptr
               : "the members of types are elsewhere";
  }

  // CPython's own tables of members say where some fields are.
  bool members_agree(Address type, std::initializer_list<Member> members) const {
    const Layout::MemberDef& d = l_.member_def;
    std::size_t found = 0;
    for (Address at = m_.word(type + l_.type.tp_members); at != 0 && m_.word(at + d.name) != 0;
         at += static_cast<Address>(d.size)) {
      for (const Member& member : members) {
        if (!same_text(m_.c_string(m_.word(at + d.name)), member.name)) continue;
        if (m_.number(at + d.offset) != member.expected) return false;
        ++found;
      }
    }
    return found > 0;
  }
  Address find(Address dict, const char* key) const { return dict_find(walk_, dict, key); }
  Address dict_of(Address module) const { return m_.word(module + l_.module.md_dict); }

  bool is_a(Address object, const char* type_name) const {
    if (object == 0) return false;
    return same_text(m_.c_string(m_.word(walk_.type_of(object) + l_.type.tp_name)), type_name);
  }

  // Types say how large their instances are, and so where the last fields end. A name that the
  // program has given to another type proves nothing.
  bool sizes_agree(Address builtins) const {
    const Layout::Str& s = l_.str;
    const Offset wide = s.wstr == kAbsent ? 0 : 8;  // 3.10, 3.11: another field
    const Offset item = 8, table = l_.set.min_size * l_.set.entry_size;
    const struct {
      const char* name;
      Offset basicsize;
    } sizes[] = {{"object", l_.object.size},
                  {"dict", l_.dict.size},
                  {"list", l_.list.size},
                  {"set", l_.set.size},
                  {"frozenset", l_.set.smalltable + table + item},
                  {"tuple", l_.tuple.ob_item},
                  {"float", l_.floating.ob_fval + item},
                  {"bytes", l_.bytes.size},
                  {"bytes", l_.bytes.ob_sval + 1},
                  {"bytearray", l_.byte_array.size},
                  {"str", s.size},
                  {"str", s.data + item},
                  {"str", s.compact_size + item},
                  {"str", s.utf8 + 2 * item + wide},
                  {"str", s.utf8_length + 3 * item + wide}};
    for (const auto& size : sizes) {
      const Address type = find(builtins, size.name);
      if (!is_static_type(type, size.name)) continue;
      if (m_.number(type + l_.type.tp_basicsize) != size.basicsize) return false;
    }
    const Address integer = find(builtins, "int");
    return !is_static_type(integer, "int") ||
           m_.number(integer + l_.type.tp_itemsize) == l_.integer.digit_size;
  }

  bool is_static_type(Address type, const char* name) const {
    return is_a(type, "type") && (m_.word(type + l_.type.tp_flags) & kTypeHeapType) == 0 &&
           same_text(m_.c_string(m_.word(type + l_.type.tp_name)), name);
  }

  const char* sys_module(Address sys) const {
    if (!is_a(m_.word(sys + l_.module.md_name), "str")) return "modules have their name elsewhere";
    const Address dict = dict_of(sys);
    if (!is_a(dict, "dict") || !counts_right(dict)) return "the dict of sys reads wrong";
    std::int64_t version = 0;
    const Address number = find(dict, "hexversion");
    if (is_a(number, "int") &&
        (!read_int(walk_, number, version) || version != walk_.options.target.hexversion)) {
      return "sys.hexversion reads wrong";
    }
    const Address flags = find(dict, "builtin_module_names");
    if (is_a(flags, "tuple") && !is_a(m_.word(flags + l_.tuple.ob_item), "str")) {
      return "sys.builtin_module_names reads wrong";
    }
    const Address hooks = find(dict, "meta_path");
    if (is_a(hooks, "list") && !is_sound_list(hooks)) return "sys.meta_path reads wrong";
    const Address spec = find(dict, "__spec__");
    if (is_a(spec, "ModuleSpec") && !has_name(spec)) return "an instance of a class reads wrong";
    const Address names = find(dict, "stdlib_module_names");
    if (is_a(names, "frozenset") && !is_sound_set(names)) {
      return "sys.stdlib_module_names reads wrong";
    }
    return nullptr;
  }

  // Whether a combined dict has as many pairs as it says.
  bool counts_right(Address dict) const {
    if (m_.word(dict + l_.dict.ma_values) != 0) return false;
    const KeyTable table = key_table(walk_, m_.word(dict + l_.dict.ma_keys));
    std::uint64_t live = 0;
    for (std::uint64_t i = 0; i < table.count; ++i) {
      live += m_.word(table.first + i * table.entry_size + table.value) != 0;
    }
    return live == m_.word(dict + l_.dict.ma_used);
  }

  // Whether the attribute `name` of the module spec of sys can be found.
  bool has_name(Address spec) const {
    TypeEntry type;
    type.address = walk_.type_of(spec);
    type.flags = m_.word(type.address + l_.type.tp_flags);
    type.basicsize = m_.number(type.address + l_.type.tp_basicsize);
    Attributes attributes;
    if (l_.instance.scheme == DictScheme::None) {
      attributes.dict = m_.word(spec + m_.word(type.address + l_.type.tp_dictoffset));
    } else {
      attributes = managed_attributes(walk_, type, spec);
    }
    if (attributes.dict != 0) return is_str(find(attributes.dict, "name"), "sys");
    const KeyTable keys = key_table(walk_, m_.word(type.address + l_.type.ht_cached_keys));
    for (std::uint64_t i = 0; i < keys.count && i < attributes.capacity; ++i) {
      if (!is_str(m_.word(keys.first + i * keys.entry_size + keys.key), "name")) continue;
      return is_str(m_.word(attributes.values + 8 * i), "sys");
    }
    return false;
  }

  bool is_str(Address object, const char* text) const {
    return is_a(object, "str") && str_is(walk_, object, text);
  }

  bool is_sound_list(Address list) const {
    const std::uint64_t count = m_.word(list + l_.object.ob_size);
    const Address first = m_.word(list + l_.list.ob_item);
    if (m_.word(list + l_.list.allocated) < count) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      const Address metatype = walk_.type_of(walk_.type_of(m_.word(first + 8 * i)));
      if ((m_.word(metatype + l_.type.tp_flags) & kTypeTypeSubclass) == 0) return false;
    }
    return true;
  }

  bool is_sound_set(Address set) const {
    const std::uint64_t size = m_.word(set + l_.set.mask) + 1, used = m_.word(set + l_.set.used);
    if ((size & (size - 1)) != 0 || size <= used || used == 0) return false;
    const Address table = m_.word(set + l_.set.table);
    std::uint64_t keys = 0;
    for (std::uint64_t i = 0; i < size && keys <= used; ++i) {
      const Address key =
          m_.word(table + i * static_cast<std::uint64_t>(l_.set.entry_size) + l_.set.entry_key);
      if (key == 0) continue;
      if (!is_a(key, "str")) return false;
      ++keys;
    }
    return keys == used;
  }

  // Programs replace functions of importlib, but not all of them.
  const char* functions(Address dict) const {
    bool any = false;
    for (const char* const name : {"_gcd_import", "_find_and_load", "spec_from_loader"}) {
      const Address function = find(dict, name);
      if (!is_a(function, "function")) continue;
      any = true;
      if (is_sound_function(function, name, dict)) return a_class(dict);
    }
    return any ? "the functions of importlib read wrong" : nullptr;
  }

  bool is_sound_function(Address function, const char* name, Address globals) const {
    const Layout::Function& f = l_.function;
    const Address code = m_.word(function + f.func_code);
    return is_a(code, "code") && is_named(function, f.func_name, name) &&
           is_named(function, f.func_qualname, name) &&
           m_.word(function + f.func_globals) == globals &&
           is_a(m_.word(function + f.func_builtins), "dict") &&
           members_agree(walk_.type_of(function), {{"__closure__", f.func_closure},
                                                   {"__doc__", f.func_doc},
                                                   {"__globals__", f.func_globals},
                                                   {"__module__", f.func_module}}) &&
           is_sound_code(code, name);
  }

  bool is_sound_code(Address code, const char* name) const {
    const Layout::Code& c = l_.code;
    for (const Offset tuple : {c.co_names, c.co_consts, c.co_localsplusnames, c.co_varnames}) {
      if (tuple != kAbsent && !is_a(m_.word(code + tuple), "tuple")) return false;
    }
    for (const Offset bytes :
         {c.co_linetable, c.co_exceptiontable, c.co_localspluskinds, c.co_code}) {
      if (bytes != kAbsent && !is_a(m_.word(code + bytes), "bytes")) return false;
    }
    const Address type = walk_.type_of(code);
    if (m_.number(type + l_.type.tp_basicsize) != c.size) return false;
    if (c.co_nlocalsplus != kAbsent) {
      const Address names = m_.word(code + c.co_localsplusnames);
      if (m_.u32(code + c.co_nlocalsplus) != m_.word(names + l_.object.ob_size)) return false;
      if (m_.number(type + l_.type.tp_itemsize) != c.code_unit) return false;
    }
    return is_named(code, c.co_name, name) &&
           is_a(m_.word(code + c.co_filename), "str") &&
           (c.co_qualname == kAbsent || is_named(code, c.co_qualname, name)) &&
           members_agree(walk_.type_of(code), {{"co_consts", c.co_consts},
                                               {"co_names", c.co_names},
                                               {"co_filename", c.co_filename},
                                               {"co_name", c.co_name},
                                               {"co_linetable", c.co_linetable},
                                               {"co_stacksize", c.co_stacksize},
                                               {"co_firstlineno", c.co_firstlineno}});
  }

  const char* a_class(Address dict) const {
    const Address type = find(dict, "ModuleSpec");
    if (!is_a(type, "type")) return nullptr;
    const Layout::Type& t = l_.type;
    const Address keys = m_.word(type + t.ht_cached_keys);
    const bool sound = is_named(type, t.ht_name, "ModuleSpec") &&
                       is_named(type, t.ht_qualname, "ModuleSpec") &&
                       m_.word(type + t.ht_module) == 0 && m_.word(type + t.ht_slots) == 0 &&
                       is_a(m_.word(type + t.tp_dict), "dict") &&
                       is_base_of_class(type) && keys != 0 &&
                       key_table(walk_, keys).count < kMostNames &&
                       is_sound_method(find(m_.word(type + t.tp_dict), "__init__"), dict);
    return sound ? nullptr : "a class of importlib reads wrong";
  }

  // Names that differ, and arguments by keyword; if it is still the one of importlib.
  bool is_sound_method(Address init, Address globals) const {
    const Layout::Function& f = l_.function;
    if (!is_a(init, "function") || m_.word(init + f.func_globals) != globals) return true;
    return is_named(init, f.func_name, "__init__") &&
           is_named(init, f.func_qualname, "ModuleSpec.__init__") &&
           m_.word(init + f.func_defaults) == 0 &&
           is_a(m_.word(init + f.func_kwdefaults), "dict") &&
           is_a(m_.word(init + f.func_module), "str");
  }

  bool is_base_of_class(Address type) const {
    const Address bases = m_.word(type + l_.type.tp_bases);
    return is_a(bases, "tuple") && m_.word(bases + l_.object.ob_size) == 1 &&
           m_.word(bases + l_.tuple.ob_item) == walk_.options.target.object;
  }

  bool is_named(Address object, Offset field, const char* name) const {
    return is_str(m_.word(object + field), name);
  }

  static constexpr std::uint64_t kMostNames = 64;  // of ModuleSpec's attributes

  const Walk<Memory>& walk_;
  const Memory& m_;
  const Layout& l_;
};

}  // namespace heapsnap
