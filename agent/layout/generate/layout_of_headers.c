// Prints the numbers of Layout that the headers of one CPython version tell; columns.py compiles it against each.
#include "numbers.h"

void print_code_and_frames(void);
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
  small_types();
  print_code_and_frames();
  print_state_hints();
  return 0;
}
