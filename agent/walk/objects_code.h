// Types, code objects and functions: what a program is made of. Also cells and weak references.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "agent/walk/objects_instances.h"
#include "agent/walk/objects_names.h"
#include "agent/walk/subject.h"

namespace heapsnap {

// Only heap types own the names of the attributes of their instances.
template <class Memory>
void cached_key_names(const Subject<Memory>& s, Address keys) {
  if (keys == 0) return;
  const SharedKeys shared = shared_keys(s.walk, keys);
  const KeyTable table = key_table(s.walk, keys);
  s.node.open(Part::kNames);
  for (std::uint64_t i = 0; i < shared.count; ++i) {
    s.node.add(s.walk.memory.word(table.first + i * table.entry_size + table.key));
  }
}

// An interpreter has its own dict and subclasses of a static type; the word stands once for each.
template <class Memory>
void words_of_other_interpreters(const Subject<Memory>& s, Offset field, Offset place) {
  if (place == kAbsent) return;
  for (std::size_t i = 0; i < s.walk.other_static_types.count; ++i) {
    const Address array = s.walk.other_static_types.addresses[i];
    const Address state = static_type_state_in(s.walk, array, s.object);
    const Address target = state == 0 ? 0 : s.walk.memory.word(state + static_cast<Address>(place));
    if (target != 0) s.node.word(field, target);
  }
}

template <class Memory>
void visit_type(const Subject<Memory>& s) {
  const Layout::Type& t = s.layout().type;
  const bool heap = (s.at(t.tp_flags) & kTypeHeapType) != 0;
  if (!heap) s.walk.emitter.root(RootKind::kStaticType, s.object, "");
  const Attributes attributes = instance_words(s);
  const Address dict = dict_of_type(s.walk, s.object);
  const StateHints::StaticTypes& per_interpreter = s.layout().hints.static_types;
  s.node.word(t.tp_dict, dict);
  words_of_other_interpreters(s, t.tp_dict, per_interpreter.tp_dict);
  name_keys(s.walk, dict);
  if (heap) {
    name_item(s.walk, dict, "__module__");
    s.field(t.tp_base);
  } else {
    s.node.weak(t.tp_base, s.at(t.tp_base));  // static types own their bases by the tuple only
  }
  s.field(t.tp_bases);
  s.field(t.tp_mro);
  s.field(t.tp_cache);
  const bool has_state = static_type_state(s.walk, s.object) != 0;
  s.node.word(t.tp_subclasses,
              has_state ? static_type_field(s.walk, s.object, per_interpreter.tp_subclasses)
                        : s.at(t.tp_subclasses));
  words_of_other_interpreters(s, t.tp_subclasses, per_interpreter.tp_subclasses);
  if (heap) {
    s.named_field(t.ht_name);
    s.field(t.ht_slots);
    s.named_field(t.ht_qualname);
    s.field(t.ht_module);
  }
  instance_values(s, attributes);
  if (heap) cached_key_names(s, s.at(t.ht_cached_keys));
  s.walk.entry_of(s.object);  // its record, even if it has no instances
}

template <class Memory>
void name_items(const Subject<Memory>& s, Offset offset) {
  if (offset == kAbsent || !s.walk.text.names()) return;
  const Address tuple = s.at(offset);
  if (tuple == 0) return;
  const std::uint64_t count = s.walk.memory.word(tuple + s.layout().object.ob_size);
  for (std::uint64_t i = 0; i < count; ++i) {
    s.walk.name(s.walk.memory.word(tuple + s.layout().tuple.ob_item + 8 * i));
  }
}

template <class Memory>
void visit_code(const Subject<Memory>& s) {
  const Layout::Code& c = s.layout().code;
  for (const Offset offset :
       {c.co_consts, c.co_names, c.co_linetable, c.co_exceptiontable, c.co_localsplusnames,
        c.co_localspluskinds, c.co_code, c.co_cached_code, c.co_varnames, c.co_freevars,
        c.co_cellvars}) {
    s.field(offset);
  }
  for (const Offset offset : {c.co_filename, c.co_name, c.co_qualname}) s.named_field(offset);
  for (const Offset offset :
       {c.co_names, c.co_localsplusnames, c.co_varnames, c.co_freevars, c.co_cellvars}) {
    name_items(s, offset);
  }
  if (c.co_cached != kAbsent) {
    if (const Address cached = s.at(c.co_cached)) {
      s.node.open(Part::kLoose);
      for (const Offset offset :
           {c.cached_code, c.cached_varnames, c.cached_cellvars, c.cached_freevars}) {
        s.node.add(s.walk.memory.word(cached + offset));
      }
    }
  }
}

template <class Memory>
void visit_function(const Subject<Memory>& s) {
  const Layout::Function& f = s.layout().function;
  const Attributes attributes = instance_words(s);
  for (const Offset offset :
       {f.func_code, f.func_globals, f.func_builtins, f.func_defaults, f.func_kwdefaults,
        f.func_closure, f.func_doc, f.func_annotations, f.func_annotate, f.func_typeparams}) {
    s.field(offset);
  }
  for (const Offset offset : {f.func_name, f.func_qualname, f.func_module}) s.named_field(offset);
  name_keys(s.walk, s.field(f.func_dict));
  instance_values(s, attributes);
}

template <class Memory>
void visit_weakref(const Subject<Memory>& s) {
  const Layout::WeakRef& w = s.layout().weak_ref;
  const Attributes attributes = instance_words(s);
  s.field(w.wr_callback);
  const Address referent = s.at(w.wr_object);
  if (referent != s.walk.options.target.none) s.node.weak(w.wr_object, referent);
  instance_values(s, attributes);
}

}  // namespace heapsnap
