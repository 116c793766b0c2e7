// Prints the numbers of Layout that the headers of one CPython version tell; columns.py compiles it against each.
#include "numbers.h"

void print_state_hints(void);

// The lowest bit of a bit-field within the 32-bit word that holds it.
#define BIT_SHIFT(path, member)                                    \
  do {                                                             \
    PyASCIIObject probe;                                           \
    unsigned int word;                                             \
    memset(&probe, 0, sizeof probe);                               \
    probe.state.member = ~0u;                                      \
    memcpy(&word, &probe.state, sizeof word);                      \
    NUMBER(path, __builtin_ctz(word));                             \
  } while (0)

static void objects(void) {
  NUMBER("minor", MINOR);
  SAME(object, PyObject, ob_refcnt);
  NUMBER("object.ob_refcnt_bytes", MINOR >= 14 ? 4 : 8);
  SAME(object, PyObject, ob_type);
  SAME(object, PyVarObject, ob_size);
  NUMBER("object.size", sizeof(PyObject));
  NUMBER("object.var_size", sizeof(PyVarObject));
#if MINOR >= 14
  NUMBER("object.immortal_from", _Py_IMMORTAL_MINIMUM_REFCNT);
#elif MINOR >= 12
  NUMBER("object.immortal_from", 0x80000000LL);  // _Py_IsImmortal: the low 32 bits are negative
#elif MINOR == 11
  // Static objects start at _PyObject_IMMORTAL_REFCNT = 999999999 and are not protected: their count goes both ways.
  NUMBER("object.immortal_from", 999999999);
#endif
  NUMBER("gc.head_size", sizeof(PyGC_Head));
  FIELD("gc.next", PyGC_Head, _gc_next);
  FIELD("gc.prev", PyGC_Head, _gc_prev);
  NUMBER("gc.pointer_mask", ~3LL);
}

static void types(void) {
  SAME(type, PyTypeObject, tp_name);
  SAME(type, PyTypeObject, tp_basicsize);
  SAME(type, PyTypeObject, tp_itemsize);
  SAME(type, PyTypeObject, tp_dealloc);
  SAME(type, PyTypeObject, tp_flags);
  SAME(type, PyTypeObject, tp_doc);
  SAME(type, PyTypeObject, tp_traverse);
  SAME(type, PyTypeObject, tp_clear);
  SAME(type, PyTypeObject, tp_weaklistoffset);
  SAME(type, PyTypeObject, tp_methods);
  SAME(type, PyTypeObject, tp_members);
  SAME(type, PyTypeObject, tp_getset);
  SAME(type, PyTypeObject, tp_base);
  SAME(type, PyTypeObject, tp_dict);
  SAME(type, PyTypeObject, tp_dictoffset);
  SAME(type, PyTypeObject, tp_free);
  SAME(type, PyTypeObject, tp_is_gc);
  SAME(type, PyTypeObject, tp_bases);
  SAME(type, PyTypeObject, tp_mro);
  SAME(type, PyTypeObject, tp_cache);
  SAME(type, PyTypeObject, tp_subclasses);
  SAME(type, PyTypeObject, tp_weaklist);
  SAME(type, PyTypeObject, tp_del);
  SAME(type, PyTypeObject, tp_finalize);
  NUMBER("type.size", sizeof(PyTypeObject));
  SAME(type, PyHeapTypeObject, ht_name);
  SAME(type, PyHeapTypeObject, ht_slots);
  SAME(type, PyHeapTypeObject, ht_qualname);
  SAME(type, PyHeapTypeObject, ht_cached_keys);
  SAME(type, PyHeapTypeObject, ht_module);
#if MINOR >= 11
  FIELD("type.ht_tpname", PyHeapTypeObject, _ht_tpname);
  FIELD("type.spec_cache_getitem", PyHeapTypeObject, _spec_cache.getitem);
#endif
#if MINOR >= 13
  FIELD("type.spec_cache_init", PyHeapTypeObject, _spec_cache.init);
#endif
  NUMBER("type.heap_size", sizeof(PyHeapTypeObject));
  SAME(member_def, PyMemberDef, name);
  SAME(member_def, PyMemberDef, type);
  SAME(member_def, PyMemberDef, offset);
  SAME(member_def, PyMemberDef, flags);
  NUMBER("member_def.size", sizeof(PyMemberDef));
  SAME(get_set_def, PyGetSetDef, name);
  NUMBER("get_set_def.size", sizeof(PyGetSetDef));
  SAME(method_def, PyMethodDef, ml_name);
  SAME(method_def, PyMethodDef, ml_meth);
  NUMBER("method_def.size", sizeof(PyMethodDef));
}

static void dicts(void) {
#if MINOR == 11
  NUMBER("instance.managed_dict", MANAGED_DICT_OFFSET);
  NUMBER("instance.managed_values", MANAGED_DICT_OFFSET - (int)sizeof(PyObject *));
#elif MINOR == 12
  // The header spells the place of the tagged word as ((PyDictOrValues *)obj) - 3.
  NUMBER("instance.managed_dict", -3 * (int)sizeof(PyDictOrValues));
  NUMBER("instance.managed_weakref", MANAGED_WEAKREF_OFFSET);
#elif MINOR >= 13
  NUMBER("instance.managed_dict", MANAGED_DICT_OFFSET);
  NUMBER("instance.managed_weakref", MANAGED_WEAKREF_OFFSET);
#endif
  NUMBER("instance.scheme", MINOR <= 10 ? 0 : MINOR <= 12 ? MINOR - 10 : 3);
  SAME(dict, PyDictObject, ma_used);
  SAME(dict, PyDictObject, ma_keys);
  SAME(dict, PyDictObject, ma_values);
  NUMBER("dict.size", sizeof(PyDictObject));
#if MINOR >= 15
  SAME(dict, PyFrozenDictObject, ma_hash);
  NUMBER("dict.frozen_size", sizeof(PyFrozenDictObject));
#endif
#if MINOR >= 11
  SAME(keys, struct _dictkeysobject, dk_refcnt);
  SAME(keys, struct _dictkeysobject, dk_log2_size);
  SAME(keys, struct _dictkeysobject, dk_log2_index_bytes);
  SAME(keys, struct _dictkeysobject, dk_kind);
  SAME(keys, struct _dictkeysobject, dk_nentries);
  SAME(keys, struct _dictkeysobject, dk_usable);
  SAME(keys, struct _dictkeysobject, dk_indices);
  NUMBER("keys.entry_size", sizeof(PyDictKeyEntry));
  FIELD("keys.entry_key", PyDictKeyEntry, me_key);
  FIELD("keys.entry_value", PyDictKeyEntry, me_value);
  NUMBER("keys.unicode_size", sizeof(PyDictUnicodeEntry));
  FIELD("keys.unicode_key", PyDictUnicodeEntry, me_key);
  FIELD("keys.unicode_value", PyDictUnicodeEntry, me_value);
  FIELD("values.first", struct _dictvalues, values);
  _Static_assert(DICT_KEYS_GENERAL == 0 && DICT_KEYS_UNICODE == 1 && DICT_KEYS_SPLIT == 2, "kKeys... in layout.h");
#else
  NUMBER("values.first", 0);
#endif
#if MINOR == 11 || MINOR == 12
  NUMBER("values.prefix_size", -1);
#elif MINOR >= 13
  FIELD("values.capacity", struct _dictvalues, capacity);
  FIELD("values.used", struct _dictvalues, size);
  FIELD("values.embedded", struct _dictvalues, embedded);
  FIELD("values.valid", struct _dictvalues, valid);
#endif
}

static void containers(void) {
  SAME(list, PyListObject, ob_item);
  SAME(list, PyListObject, allocated);
  NUMBER("list.size", sizeof(PyListObject));
  SAME(tuple, PyTupleObject, ob_item);
  SAME(set, PySetObject, fill);
  SAME(set, PySetObject, used);
  SAME(set, PySetObject, mask);
  SAME(set, PySetObject, table);
  SAME(set, PySetObject, hash);
  SAME(set, PySetObject, finger);
  SAME(set, PySetObject, smalltable);
  SAME(set, PySetObject, weakreflist);
  NUMBER("set.size", sizeof(PySetObject));
  NUMBER("set.entry_size", sizeof(setentry));
  FIELD("set.entry_key", setentry, key);
  NUMBER("set.min_size", PySet_MINSIZE);
}

static void text_and_numbers(void) {
  SAME(str, PyASCIIObject, length);
  SAME(str, PyASCIIObject, hash);
  SAME(str, PyASCIIObject, state);
  BIT_SHIFT("str.interned_shift", interned);
  BIT_SHIFT("str.kind_shift", kind);
  BIT_SHIFT("str.compact_shift", compact);
  BIT_SHIFT("str.ascii_shift", ascii);
#if MINOR <= 11
  BIT_SHIFT("str.ready_shift", ready);
  SAME(str, PyASCIIObject, wstr);
  SAME(str, PyCompactUnicodeObject, wstr_length);
#endif
  {
    PyASCIIObject probe;
    memset(&probe, 0, sizeof probe);
    probe.state.interned = ~0u;
    NUMBER("str.interned_bits", __builtin_popcount(probe.state.interned));
  }
  NUMBER("str.ascii_size", sizeof(PyASCIIObject));
  SAME(str, PyCompactUnicodeObject, utf8_length);
  SAME(str, PyCompactUnicodeObject, utf8);
  NUMBER("str.compact_size", sizeof(PyCompactUnicodeObject));
  SAME(str, PyUnicodeObject, data);
  NUMBER("str.size", sizeof(PyUnicodeObject));
#if MINOR >= 12
  FIELD("integer.lv_tag", PyLongObject, long_value.lv_tag);
  FIELD("integer.digit", PyLongObject, long_value.ob_digit);
#else
  FIELD("integer.digit", PyLongObject, ob_digit);
#endif
  NUMBER("integer.digit_size", sizeof(digit));
  SAME(floating, PyFloatObject, ob_fval);
  FIELD("complex.real", PyComplexObject, cval.real);
  FIELD("complex.imag", PyComplexObject, cval.imag);
  SAME(bytes, PyBytesObject, ob_sval);
  NUMBER("bytes.size", offsetof(PyBytesObject, ob_sval) + 1);
  SAME(byte_array, PyByteArrayObject, ob_alloc);
  SAME(byte_array, PyByteArrayObject, ob_bytes);
  SAME(byte_array, PyByteArrayObject, ob_start);
  SAME(byte_array, PyByteArrayObject, ob_exports);
#if MINOR >= 15
  SAME(byte_array, PyByteArrayObject, ob_bytes_object);
#endif
  NUMBER("byte_array.size", sizeof(PyByteArrayObject));
  SAME(memory_view, PyMemoryViewObject, mbuf);
  FIELD("memory_view.view_obj", PyMemoryViewObject, view.obj);
  FIELD("memory_view.view_buf", PyMemoryViewObject, view.buf);
  FIELD("memory_view.view_len", PyMemoryViewObject, view.len);
  SAME(memory_view, PyMemoryViewObject, weakreflist);
  SAME(memory_view, PyMemoryViewObject, ob_array);
  FIELD("memory_view.managed_exporter", _PyManagedBufferObject, master.obj);
}

static void code_and_functions(void) {
  SAME(code, PyCodeObject, co_consts);
  SAME(code, PyCodeObject, co_names);
  SAME(code, PyCodeObject, co_filename);
  SAME(code, PyCodeObject, co_name);
  SAME(code, PyCodeObject, co_linetable);
  SAME(code, PyCodeObject, co_weakreflist);
  SAME(code, PyCodeObject, co_extra);
  SAME(code, PyCodeObject, co_argcount);
  SAME(code, PyCodeObject, co_posonlyargcount);
  SAME(code, PyCodeObject, co_kwonlyargcount);
  SAME(code, PyCodeObject, co_nlocals);
  SAME(code, PyCodeObject, co_stacksize);
  SAME(code, PyCodeObject, co_flags);
  SAME(code, PyCodeObject, co_firstlineno);
#if MINOR == 10
  SAME(code, PyCodeObject, co_code);
  SAME(code, PyCodeObject, co_varnames);
  SAME(code, PyCodeObject, co_freevars);
  SAME(code, PyCodeObject, co_cellvars);
  SAME(code, PyCodeObject, co_cell2arg);
  SAME(code, PyCodeObject, co_zombieframe);
  SAME(code, PyCodeObject, co_opcache_map);
  SAME(code, PyCodeObject, co_opcache);
  SAME(code, PyCodeObject, co_opcache_size);
  NUMBER("code.size", sizeof(PyCodeObject));
#else
  SAME(code, PyCodeObject, co_exceptiontable);
  SAME(code, PyCodeObject, co_qualname);
  SAME(code, PyCodeObject, co_localsplusnames);
  SAME(code, PyCodeObject, co_localspluskinds);
  SAME(code, PyCodeObject, co_nlocalsplus);
  SAME(code, PyCodeObject, co_ncellvars);
  SAME(code, PyCodeObject, co_nfreevars);
  SAME(code, PyCodeObject, co_code_adaptive);
  FIELD("code.size", PyCodeObject, co_code_adaptive);
  NUMBER("code.code_unit", sizeof(_Py_CODEUNIT));
#endif
#if MINOR == 11
  FIELD("code.co_cached_code", PyCodeObject, _co_code);
#elif MINOR >= 12
  FIELD("code.co_cached", PyCodeObject, _co_cached);
  FIELD("code.cached_code", _PyCoCached, _co_code);
  FIELD("code.cached_varnames", _PyCoCached, _co_varnames);
  FIELD("code.cached_cellvars", _PyCoCached, _co_cellvars);
  FIELD("code.cached_freevars", _PyCoCached, _co_freevars);
  FIELD("code.co_monitoring", PyCodeObject, _co_monitoring);
#endif
#if MINOR >= 13
  FIELD("code.co_executors", PyCodeObject, co_executors);
#endif
  SAME(function, PyFunctionObject, func_code);
  SAME(function, PyFunctionObject, func_globals);
  SAME(function, PyFunctionObject, func_builtins);
  SAME(function, PyFunctionObject, func_name);
  SAME(function, PyFunctionObject, func_qualname);
  SAME(function, PyFunctionObject, func_defaults);
  SAME(function, PyFunctionObject, func_kwdefaults);
  SAME(function, PyFunctionObject, func_closure);
  SAME(function, PyFunctionObject, func_doc);
  SAME(function, PyFunctionObject, func_dict);
  SAME(function, PyFunctionObject, func_weakreflist);
  SAME(function, PyFunctionObject, func_module);
  SAME(function, PyFunctionObject, func_annotations);
#if MINOR >= 12
  SAME(function, PyFunctionObject, func_typeparams);
#endif
#if MINOR >= 14
  SAME(function, PyFunctionObject, func_annotate);
#endif
  SAME(cell, PyCellObject, ob_ref);
}

static void frames(void) {
#if MINOR == 10
  SAME(generator, PyGenObject, gi_frame);
  FIELD("generator.exc_type", PyGenObject, gi_exc_state.exc_type);
  FIELD("generator.exc_traceback", PyGenObject, gi_exc_state.exc_traceback);
  FIELD("generator.origin_or_finalizer", PyAsyncGenObject, ag_finalizer);
  _Static_assert(offsetof(PyAsyncGenObject, ag_finalizer) == offsetof(PyCoroObject, cr_origin), "one number for both");
  FIELD("exc_stack_item.exc_type", _PyErr_StackItem, exc_type);
  FIELD("exc_stack_item.exc_traceback", _PyErr_StackItem, exc_traceback);
  SAME(frame_object, PyFrameObject, f_code);
  SAME(frame_object, PyFrameObject, f_builtins);
  SAME(frame_object, PyFrameObject, f_globals);
  SAME(frame_object, PyFrameObject, f_locals);
  SAME(frame_object, PyFrameObject, f_valuestack);
  SAME(frame_object, PyFrameObject, f_stackdepth);
  SAME(frame_object, PyFrameObject, f_gen);
  SAME(frame_object, PyFrameObject, f_lasti);
  SAME(frame_object, PyFrameObject, f_state);
  SAME(frame_object, PyFrameObject, f_localsplus);
  NUMBER("frame_object.size", sizeof(PyFrameObject));
#else
  FIELD("generator.origin_or_finalizer", PyGenObject, gi_origin_or_finalizer);
  FIELD("generator.frame_state", PyGenObject, gi_frame_state);
  FIELD("generator.iframe", PyGenObject, gi_iframe);
  NUMBER("generator.frame_cleared", FRAME_CLEARED);
  SAME(frame_object, PyFrameObject, f_frame);
  FIELD("frame_object.frame_data", PyFrameObject, _f_frame_data);
  NUMBER("frame_object.size", sizeof(PyFrameObject));
#endif
#if MINOR <= 11
  SAME(generator, PyGenObject, gi_code);
#endif
  SAME(generator, PyGenObject, gi_name);
  SAME(generator, PyGenObject, gi_qualname);
  SAME(generator, PyGenObject, gi_weakreflist);
  FIELD("generator.exc_value", PyGenObject, gi_exc_state.exc_value);
  FIELD("generator.exc_previous", PyGenObject, gi_exc_state.previous_item);
  SAME(exc_stack_item, _PyErr_StackItem, exc_value);
  SAME(exc_stack_item, _PyErr_StackItem, previous_item);
  SAME(frame_object, PyFrameObject, f_back);
  SAME(frame_object, PyFrameObject, f_trace);
  SAME(frame_object, PyFrameObject, f_lineno);
#if MINOR >= 13
  SAME(frame_object, PyFrameObject, f_extra_locals);
  SAME(frame_object, PyFrameObject, f_locals_cache);
#endif
#if MINOR >= 14
  SAME(frame_object, PyFrameObject, f_overwritten_fast_locals);
#endif
#if MINOR >= 11
  SAME(frame, _PyInterpreterFrame, f_globals);
  SAME(frame, _PyInterpreterFrame, f_builtins);
  SAME(frame, _PyInterpreterFrame, f_locals);
  SAME(frame, _PyInterpreterFrame, frame_obj);
  SAME(frame, _PyInterpreterFrame, previous);
  SAME(frame, _PyInterpreterFrame, owner);
  SAME(frame, _PyInterpreterFrame, localsplus);
  NUMBER("frame.size", sizeof(_PyInterpreterFrame));
  NUMBER("frame.owned_by_thread", FRAME_OWNED_BY_THREAD);
  NUMBER("frame.owned_by_generator", FRAME_OWNED_BY_GENERATOR);
  NUMBER("frame.owned_by_frame_object", FRAME_OWNED_BY_FRAME_OBJECT);
  NUMBER("frame.tag_mask", MINOR >= 14 ? 3 : 0);
#endif
#if MINOR == 11
  FIELD("frame.f_executable", _PyInterpreterFrame, f_code);
  FIELD("frame.f_funcobj", _PyInterpreterFrame, f_func);
#elif MINOR == 12
  FIELD("frame.f_executable", _PyInterpreterFrame, f_code);
  SAME(frame, _PyInterpreterFrame, f_funcobj);
#elif MINOR >= 13
  SAME(frame, _PyInterpreterFrame, f_executable);
  SAME(frame, _PyInterpreterFrame, f_funcobj);
#endif
#if MINOR == 11 || MINOR == 12
  FIELD("frame.instr_ptr", _PyInterpreterFrame, prev_instr);
#elif MINOR >= 13
  SAME(frame, _PyInterpreterFrame, instr_ptr);
#endif
#if MINOR >= 11 && MINOR <= 13
  SAME(frame, _PyInterpreterFrame, stacktop);
#elif MINOR >= 14
  SAME(frame, _PyInterpreterFrame, stackpointer);
  NUMBER("frame.tag_int", 3);
  NUMBER("frame.owned_by_interpreter", FRAME_OWNED_BY_INTERPRETER);
#endif
#if MINOR >= 12 && MINOR <= 14
  NUMBER("frame.owned_by_c_stack", FRAME_OWNED_BY_CSTACK);
#endif
}

static void small_types(void) {
  SAME(module, PyModuleObject, md_dict);
#if MINOR <= 14
  SAME(module, PyModuleObject, md_def);
#endif
  SAME(module, PyModuleObject, md_state);
  SAME(module, PyModuleObject, md_weaklist);
  SAME(module, PyModuleObject, md_name);
#if MINOR >= 15
  SAME(module, PyModuleObject, md_state_traverse);
  SAME(module, PyModuleObject, md_state_size);
#endif
  FIELD("module.def_m_size", PyModuleDef, m_size);
  FIELD("module.def_m_traverse", PyModuleDef, m_traverse);
  FIELD("module.def_m_name", PyModuleDef, m_name);
  SAME(method, PyMethodObject, im_func);
  SAME(method, PyMethodObject, im_self);
  SAME(method, PyMethodObject, im_weakreflist);
  SAME(builtin_method, PyCFunctionObject, m_ml);
  SAME(builtin_method, PyCFunctionObject, m_self);
  SAME(builtin_method, PyCFunctionObject, m_module);
  SAME(builtin_method, PyCFunctionObject, m_weakreflist);
  SAME(builtin_method, PyCMethodObject, mm_class);
  SAME(weak_ref, PyWeakReference, wr_object);
  SAME(weak_ref, PyWeakReference, wr_callback);
  SAME(weak_ref, PyWeakReference, hash);
  SAME(weak_ref, PyWeakReference, wr_prev);
  SAME(weak_ref, PyWeakReference, wr_next);
  SAME(exception, PyBaseExceptionObject, dict);
  SAME(exception, PyBaseExceptionObject, args);
#if MINOR >= 11
  SAME(exception, PyBaseExceptionObject, notes);
#endif
  SAME(exception, PyBaseExceptionObject, traceback);
  SAME(exception, PyBaseExceptionObject, context);
  SAME(exception, PyBaseExceptionObject, cause);
  SAME(traceback, PyTracebackObject, tb_next);
  SAME(traceback, PyTracebackObject, tb_frame);
  SAME(traceback, PyTracebackObject, tb_lasti);
  SAME(traceback, PyTracebackObject, tb_lineno);
  SAME(date_time, PyDateTime_DateTime, hastzinfo);
  _Static_assert(offsetof(PyDateTime_DateTime, hastzinfo) == offsetof(PyDateTime_Time, hastzinfo), "one number for both");
  FIELD("date_time.datetime_tzinfo", PyDateTime_DateTime, tzinfo);
  FIELD("date_time.time_tzinfo", PyDateTime_Time, tzinfo);
  NUMBER("date_time.datetime_size", sizeof(PyDateTime_DateTime));
  NUMBER("date_time.time_size", sizeof(PyDateTime_Time));
  NUMBER("date_time.naive_datetime_size", sizeof(_PyDateTime_BaseDateTime));
  NUMBER("date_time.naive_time_size", sizeof(_PyDateTime_BaseTime));
  SAME(descriptor, PyDescrObject, d_type);
  SAME(descriptor, PyDescrObject, d_name);
  SAME(descriptor, PyDescrObject, d_qualname);
  SAME(descriptor, PyMemberDescrObject, d_member);
}

int main(void) {
  objects();
  types();
  dicts();
  containers();
  text_and_numbers();
  code_and_functions();
  frames();
  small_types();
  print_state_hints();
  return 0;
}
