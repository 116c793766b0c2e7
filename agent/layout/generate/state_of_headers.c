// Prints the numbers of StateHints: runtime, interpreter, collector and thread of one patch release.
#include "numbers.h"

#define INTERP(path, member) FIELD("hints.interpreter." path, PyInterpreterState, member)
#define THREAD(path, member) FIELD("hints.thread." path, PyThreadState, member)
#define GC(path, member) FIELD("hints.gc." path, struct _gc_runtime_state, member)
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void runtime(void) {
  FIELD("hints.runtime.interpreters_head", _PyRuntimeState, interpreters.head);
  FIELD("hints.runtime.interpreters_main", _PyRuntimeState, interpreters.main);
#if MINOR >= 13
  FIELD("hints.runtime.static_types", _PyRuntimeState, types.managed_static.types);
  NUMBER("hints.runtime.static_type_size", sizeof((*(_PyRuntimeState *)0).types.managed_static.types[0]));
#endif
}

static void interpreter(void) {
  INTERP("next", next);
  INTERP("id", id);
  INTERP("gc", gc);
  INTERP("sysdict", sysdict);
  INTERP("builtins", builtins);
  INTERP("builtins_copy", builtins_copy);
  INTERP("dict", dict);
  INTERP("before_forkers", before_forkers);
  INTERP("after_forkers_parent", after_forkers_parent);
  INTERP("after_forkers_child", after_forkers_child);
  INTERP("audit_hooks", audit_hooks);
  INTERP("atexit_callbacks", atexit.callbacks);
  INTERP("warnings_filters", warnings.filters);
  INTERP("warnings_once_registry", warnings.once_registry);
  INTERP("warnings_default_action", warnings.default_action);
  NUMBER("hints.interpreter.size", sizeof(PyInterpreterState));
#if MINOR == 10
  INTERP("threads_head", tstate_head);
  INTERP("small_ints", small_ints);
#else
  INTERP("threads_head", threads.head);
  INTERP("initial_thread", _initial_thread);
#endif
#if MINOR <= 11
  INTERP("modules", modules);
  INTERP("modules_by_index", modules_by_index);
  INTERP("importlib", importlib);
  INTERP("import_func", import_func);
  INTERP("type_cache", type_cache.hashtable);
#else
  INTERP("sysdict_copy", sysdict_copy);
  INTERP("modules", imports.modules);
  INTERP("modules_by_index", imports.modules_by_index);
  INTERP("importlib", imports.importlib);
  INTERP("import_func", imports.import_func);
  INTERP("interned_strings", cached_objects.interned_strings);
  INTERP("type_cache", types.type_cache.hashtable);
  INTERP("monitoring_callables", monitoring_callables);
  INTERP("monitoring_tool_names", monitoring_tool_names);
  NUMBER("hints.interpreter.monitoring_callables_count", sizeof(((PyInterpreterState *)0)->monitoring_callables) / sizeof(PyObject *));
  NUMBER("hints.interpreter.monitoring_tool_names_count", sizeof(((PyInterpreterState *)0)->monitoring_tool_names) / sizeof(PyObject *));
#endif
  NUMBER("hints.interpreter.type_cache_entries", COUNT_OF(((struct type_cache *)0)->hashtable));
  NUMBER("hints.interpreter.type_cache_entry_size", sizeof(struct type_cache_entry));
  FIELD("hints.interpreter.type_cache_entry_name", struct type_cache_entry, name);
#if MINOR <= 12
  INTERP("codec_search_path", codec_search_path);
  INTERP("codec_search_cache", codec_search_cache);
  INTERP("codec_error_registry", codec_error_registry);
#else
  INTERP("codec_search_path", codecs.search_path);
  INTERP("codec_search_cache", codecs.search_cache);
  INTERP("codec_error_registry", codecs.error_registry);
#endif
#if MINOR == 13 || MINOR == 14
  INTERP("executor_list_head", executor_list_head);
#endif
#if MINOR >= 14
  INTERP("common_consts", common_consts);
  NUMBER("hints.interpreter.common_consts_count", COUNT_OF(((PyInterpreterState *)0)->common_consts));
#endif
#if MINOR == 13
  INTERP("optimizer", optimizer);
#endif
#if MINOR <= 13
  INTERP("atexit_ncallbacks", atexit.ncallbacks);
#endif
#if MINOR >= 15
  INTERP("lazy_modules", imports.lazy_modules);
  INTERP("lazy_import_func", imports.lazy_import_func);
  INTERP("lazy_imports_filter", imports.lazy_imports_filter);
  INTERP("lazy_pending_submodules", imports.lazy_pending_submodules);
#endif
}

static void static_types(void) {
#if MINOR == 12
  typedef static_builtin_state entry;
  FIELD("hints.static_types.builtins", PyInterpreterState, types.builtins);
  FIELD("hints.static_types.builtins_initialized", PyInterpreterState, types.num_builtins_initialized);
  NUMBER("hints.static_types.builtins_capacity", _Py_MAX_STATIC_BUILTIN_TYPES);
#elif MINOR >= 13
  typedef managed_static_type_state entry;
  FIELD("hints.static_types.builtins", PyInterpreterState, types.builtins.initialized);
  FIELD("hints.static_types.builtins_initialized", PyInterpreterState, types.builtins.num_initialized);
  NUMBER("hints.static_types.builtins_capacity", _Py_MAX_MANAGED_STATIC_BUILTIN_TYPES);
  FIELD("hints.static_types.extensions", PyInterpreterState, types.for_extensions.initialized);
  FIELD("hints.static_types.extensions_initialized", PyInterpreterState, types.for_extensions.num_initialized);
  NUMBER("hints.static_types.extensions_capacity", _Py_MAX_MANAGED_STATIC_EXT_TYPES);
#endif
#if MINOR >= 12
  NUMBER("hints.static_types.entry_size", sizeof(entry));
  FIELD("hints.static_types.type", entry, type);
  FIELD("hints.static_types.tp_dict", entry, tp_dict);
  FIELD("hints.static_types.tp_subclasses", entry, tp_subclasses);
  FIELD("hints.static_types.tp_weaklist", entry, tp_weaklist);
#endif
}

static void collector(void) {
  GC("generations", generations);
  NUMBER("hints.gc.generation_size", sizeof(struct gc_generation));
  NUMBER("hints.gc.generation_count", NUM_GENERATIONS);
  GC("permanent", permanent_generation);
  GC("collecting", collecting);
  GC("garbage", garbage);
  GC("callbacks", callbacks);
#if MINOR <= 12
  GC("trash_delete_later", trash_delete_later);
#endif
}

static void thread(void) {
  THREAD("prev", prev);
  THREAD("next", next);
  THREAD("interp", interp);
  THREAD("thread_id", thread_id);
  THREAD("dict", dict);
  THREAD("c_profileobj", c_profileobj);
  THREAD("c_traceobj", c_traceobj);
  THREAD("async_exc", async_exc);
  THREAD("context", context);
  THREAD("async_gen_firstiter", async_gen_firstiter);
  THREAD("async_gen_finalizer", async_gen_finalizer);
  THREAD("exc_state", exc_state);
  THREAD("exc_info", exc_info);
  NUMBER("hints.thread.size", sizeof(PyThreadState));
#if MINOR == 10
  THREAD("frame", frame);
#else
  THREAD("native_thread_id", native_thread_id);
  THREAD("datastack_chunk", datastack_chunk);
  THREAD("datastack_top", datastack_top);
#endif
#if MINOR == 11 || MINOR == 12
  THREAD("cframe", cframe);
  FIELD("hints.thread.cframe_current_frame", _PyCFrame, current_frame);
#elif MINOR >= 13
  THREAD("current_frame", current_frame);
  THREAD("delete_later", delete_later);
  THREAD("threading_local_key", threading_local_key);
  THREAD("threading_local_sentinel", threading_local_sentinel);
#endif
#if MINOR <= 11
  THREAD("curexc_type", curexc_type);
  THREAD("curexc_value", curexc_value);
  THREAD("curexc_traceback", curexc_traceback);
  THREAD("delete_later", trash_delete_later);
#else
  THREAD("current_exception", current_exception);
#endif
#if MINOR == 12
  THREAD("delete_later", trash.delete_later);
#endif
#if MINOR == 13
  THREAD("previous_executor", previous_executor);
#elif MINOR >= 14
  THREAD("current_executor", current_executor);
  FIELD("hints.thread.asyncio_running_loop", _PyThreadStateImpl, asyncio_running_loop);
  FIELD("hints.thread.asyncio_running_task", _PyThreadStateImpl, asyncio_running_task);
  FIELD("hints.thread.asyncio_tasks_head", _PyThreadStateImpl, asyncio_tasks_head);
#endif
}

#if MINOR >= 13
#define DEBUG(path, member) FIELD("hints.debug." path, struct _Py_DebugOffsets, member)
#define DEBUG_SAME(group, from, member) DEBUG(group "." #member, from.member)

static void debug_offsets(void) {
  DEBUG("cookie", cookie);
  DEBUG("version", version);
  DEBUG("free_threaded", free_threaded);
  NUMBER("hints.debug.size", sizeof(struct _Py_DebugOffsets));
  DEBUG_SAME("runtime", runtime_state, finalizing);
  DEBUG_SAME("runtime", runtime_state, interpreters_head);
  DEBUG_SAME("interpreter", interpreter_state, size);
  DEBUG_SAME("interpreter", interpreter_state, id);
  DEBUG_SAME("interpreter", interpreter_state, next);
  DEBUG_SAME("interpreter", interpreter_state, threads_head);
  DEBUG_SAME("interpreter", interpreter_state, gc);
  DEBUG_SAME("interpreter", interpreter_state, imports_modules);
  DEBUG_SAME("interpreter", interpreter_state, sysdict);
  DEBUG_SAME("interpreter", interpreter_state, builtins);
  DEBUG_SAME("thread", thread_state, size);
  DEBUG_SAME("thread", thread_state, prev);
  DEBUG_SAME("thread", thread_state, next);
  DEBUG_SAME("thread", thread_state, interp);
  DEBUG_SAME("thread", thread_state, current_frame);
  DEBUG_SAME("thread", thread_state, thread_id);
  DEBUG_SAME("thread", thread_state, native_thread_id);
  DEBUG_SAME("thread", thread_state, datastack_chunk);
  DEBUG_SAME("thread", thread_state, status);
  DEBUG_SAME("frame", interpreter_frame, size);
  DEBUG_SAME("frame", interpreter_frame, previous);
  DEBUG_SAME("frame", interpreter_frame, executable);
  DEBUG_SAME("frame", interpreter_frame, instr_ptr);
  DEBUG_SAME("frame", interpreter_frame, localsplus);
  DEBUG_SAME("frame", interpreter_frame, owner);
  DEBUG_SAME("code", code_object, size);
  DEBUG_SAME("code", code_object, filename);
  DEBUG_SAME("code", code_object, name);
  DEBUG_SAME("code", code_object, qualname);
  DEBUG_SAME("code", code_object, linetable);
  DEBUG_SAME("code", code_object, firstlineno);
  DEBUG_SAME("code", code_object, localsplusnames);
  DEBUG_SAME("code", code_object, localspluskinds);
  DEBUG_SAME("code", code_object, co_code_adaptive);
  DEBUG_SAME("gc", gc, size);
  DEBUG_SAME("gc", gc, collecting);
  DEBUG("tuple_ob_item", tuple_object.ob_item);
  DEBUG("list_ob_item", list_object.ob_item);
  DEBUG("dict_ma_keys", dict_object.ma_keys);
  DEBUG("dict_ma_values", dict_object.ma_values);
  DEBUG("long_lv_tag", long_object.lv_tag);
  DEBUG("long_ob_digit", long_object.ob_digit);
  DEBUG("bytes_ob_sval", bytes_object.ob_sval);
  DEBUG("unicode_state", unicode_object.state);
  DEBUG("unicode_length", unicode_object.length);
  DEBUG("unicode_asciiobject_size", unicode_object.asciiobject_size);
  DEBUG("type_tp_flags", type_object.tp_flags);
  DEBUG("type_tp_name", type_object.tp_name);
  DEBUG("object_ob_type", pyobject.ob_type);
#if MINOR >= 14
  DEBUG_SAME("interpreter", interpreter_state, threads_main);
  DEBUG_SAME("frame", interpreter_frame, stackpointer);
#endif
#if MINOR >= 15
  DEBUG_SAME("thread", thread_state, exc_state);
#endif
}
#else
static void debug_offsets(void) {}
#endif

void print_state_hints(void) {
  runtime();
  interpreter();
  static_types();
  collector();
  thread();
  debug_offsets();
}
