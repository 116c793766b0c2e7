// What the fields of C structs are called in a path: type, label, and where the layout has the
// offset. Fields that a type exposes as members (PyMemberDef) need no line here, unless that name
// is not what Python calls them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/layout/layout.h"

namespace heapsnap {

struct FieldName {
  char type[28];   // tp_name
  char label[24];
  std::uint16_t place;  // of the Offset within Layout
};

#define HEAPSNAP_AT(field) static_cast<std::uint16_t>(offsetof(Layout, field))

inline constexpr FieldName kFieldNames[] = {
    {"type", ".__dict__", HEAPSNAP_AT(type.tp_dict)},
    {"type", ".__base__", HEAPSNAP_AT(type.tp_base)},
    {"type", ".__bases__", HEAPSNAP_AT(type.tp_bases)},
    {"type", ".__mro__", HEAPSNAP_AT(type.tp_mro)},
    {"type", "->tp_cache", HEAPSNAP_AT(type.tp_cache)},
    {"type", "->tp_subclasses", HEAPSNAP_AT(type.tp_subclasses)},
    {"type", ".__name__", HEAPSNAP_AT(type.ht_name)},
    {"type", "->ht_slots", HEAPSNAP_AT(type.ht_slots)},
    {"type", ".__qualname__", HEAPSNAP_AT(type.ht_qualname)},
    {"type", "->ht_module", HEAPSNAP_AT(type.ht_module)},
    {"code", ".co_consts", HEAPSNAP_AT(code.co_consts)},
    {"code", ".co_names", HEAPSNAP_AT(code.co_names)},
    {"code", ".co_filename", HEAPSNAP_AT(code.co_filename)},
    {"code", ".co_name", HEAPSNAP_AT(code.co_name)},
    {"code", ".co_qualname", HEAPSNAP_AT(code.co_qualname)},
    {"code", ".co_linetable", HEAPSNAP_AT(code.co_linetable)},
    {"code", ".co_exceptiontable", HEAPSNAP_AT(code.co_exceptiontable)},
    {"code", "->co_localsplusnames", HEAPSNAP_AT(code.co_localsplusnames)},
    {"code", "->co_localspluskinds", HEAPSNAP_AT(code.co_localspluskinds)},
    {"code", ".co_code", HEAPSNAP_AT(code.co_code)},
    {"code", ".co_code", HEAPSNAP_AT(code.co_cached_code)},
    {"code", ".co_varnames", HEAPSNAP_AT(code.co_varnames)},
    {"code", ".co_freevars", HEAPSNAP_AT(code.co_freevars)},
    {"code", ".co_cellvars", HEAPSNAP_AT(code.co_cellvars)},
    {"code", "->co_zombieframe", HEAPSNAP_AT(code.co_zombieframe)},
    {"function", ".__code__", HEAPSNAP_AT(function.func_code)},
    {"function", ".__globals__", HEAPSNAP_AT(function.func_globals)},
    {"function", ".__builtins__", HEAPSNAP_AT(function.func_builtins)},
    {"function", ".__name__", HEAPSNAP_AT(function.func_name)},
    {"function", ".__qualname__", HEAPSNAP_AT(function.func_qualname)},
    {"function", ".__defaults__", HEAPSNAP_AT(function.func_defaults)},
    {"function", ".__kwdefaults__", HEAPSNAP_AT(function.func_kwdefaults)},
    {"function", ".__closure__", HEAPSNAP_AT(function.func_closure)},
    {"function", ".__doc__", HEAPSNAP_AT(function.func_doc)},
    {"function", ".__dict__", HEAPSNAP_AT(function.func_dict)},
    {"function", ".__module__", HEAPSNAP_AT(function.func_module)},
    {"function", ".__annotations__", HEAPSNAP_AT(function.func_annotations)},
    {"function", ".__annotate__", HEAPSNAP_AT(function.func_annotate)},
    {"function", ".__type_params__", HEAPSNAP_AT(function.func_typeparams)},
    {"cell", ".cell_contents", HEAPSNAP_AT(cell.ob_ref)},
    {"module", ".__dict__", HEAPSNAP_AT(module.md_dict)},
    {"method", ".__func__", HEAPSNAP_AT(method.im_func)},
    {"method", ".__self__", HEAPSNAP_AT(method.im_self)},
    {"builtin_function_or_method", ".__self__", HEAPSNAP_AT(builtin_method.m_self)},
};

inline Offset offset_at(const Layout& layout, std::uint16_t place) {
  Offset offset;
  __builtin_memcpy(&offset, reinterpret_cast<const char*>(&layout) + place, sizeof offset);
  return offset;
}

}  // namespace heapsnap
