// Is this the CPython that its version number says? Objects that every process has are read with
// the layout's numbers; if one reads wrong the walk refuses, because it would not fail loudly
// later but write nonsense.
#pragma once

#include <cstdint>

#include "agent/walk/dict_reader.h"
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
    if (type_word(l_.type.tp_basicsize) != static_cast<std::uint64_t>(l_.type.heap_size)) {
      return "types have another size";
    }
    if ((type_word(l_.type.tp_flags) & kTypeTypeSubclass) == 0) return "type has other flags";
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
    const Address importlib = find(modules, "_frozen_importlib");
    return is_a(importlib, "module") ? a_function(dict_of(importlib)) : nullptr;
  }

 private:
  std::uint64_t type_word(Offset offset) const { return m_.word(walk_.options.target.type + offset); }
  Address find(Address dict, const char* key) const { return dict_find(walk_, dict, key); }
  Address dict_of(Address module) const { return m_.word(module + l_.module.md_dict); }

  bool is_a(Address object, const char* type_name) const {
    if (object == 0) return false;
    return same_text(m_.c_string(m_.word(walk_.type_of(object) + l_.type.tp_name)), type_name);
  }

  const char* sys_module(Address sys) const {
    const Address dict = dict_of(sys);
    if (!is_a(dict, "dict")) return "the module sys has no dict";
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
    if (is_a(hooks, "list") && m_.word(hooks + l_.list.allocated) < m_.word(hooks + l_.object.ob_size)) {
      return "sys.meta_path reads wrong";
    }
    return nullptr;
  }

  const char* a_function(Address dict) const {
    const Address function = find(dict, "_find_and_load");
    if (!is_a(function, "function")) return nullptr;
    const Address code = m_.word(function + l_.function.func_code);
    const Address name = m_.word(function + l_.function.func_name);
    if (!is_a(code, "code") || !is_a(name, "str") || !str_is(walk_, name, "_find_and_load")) {
      return "a function of importlib reads wrong";
    }
    const Address code_name = m_.word(code + l_.code.co_name);
    if (!is_a(code_name, "str") || !str_is(walk_, code_name, "_find_and_load") ||
        !is_a(m_.word(code + l_.code.co_names), "tuple") ||
        !is_a(m_.word(code + l_.code.co_consts), "tuple")) {
      return "a code object of importlib reads wrong";
    }
    return nullptr;
  }

  const Walk<Memory>& walk_;
  const Memory& m_;
  const Layout& l_;
};

}  // namespace heapsnap
