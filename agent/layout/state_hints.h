// StateHints holds where one patch release of a CPython minor version keeps its roots: hints, to
// be verified in the running process.
//
// The structs of runtime, interpreter, thread and collector move within a minor version and with
// build flags: an extension built with the headers of 3.13.0 died on 3.13.18. So a reader must
// take from here only where to look first, and believe what it finds there after a check that a
// wrong place cannot pass: a list of the collector closes on itself and holds objects, a modules
// dict is a dict that holds 'sys', a thread points back to its interpreter. From 3.13 on,
// DebugOffsets says where _PyRuntime itself tells most of these numbers: use those.
#pragma once

#include <cstdint>

namespace heapsnap {

using Offset = std::int32_t;

// What a version does not have. No offset is -1, though some are negative: what lies before an
// object.
inline constexpr Offset kAbsent = -1;
inline constexpr std::int64_t kNeverImmortal = std::int64_t{1} << 32;

// How instances with kTypeManagedDict keep their attributes.
enum class DictScheme : std::uint8_t {
  None,            // 3.10: only tp_dictoffset
  TwoPointers,     // 3.11: values at managed_values, dict at managed_dict
  TaggedPointer,   // 3.12: one word at managed_dict: odd = values at word + 1, even = dict
  // 3.13+: dict at managed_dict; values after tp_basicsize if the type has kTypeInlineValues
  // and `valid` is set
  InlineValues,
};

// Offsets into _PyRuntime.debug_offsets (3.13+), which is where _PyRuntime starts. Each place
// holds a u64: the offset of that field in its own struct. The struct is the same in all patch
// releases of a minor version. Check the cookie and the version first.
struct DebugOffsets {
  Offset cookie;                      // 8 characters: xdebugpy
  Offset version;                     // u64: sys.hexversion
  Offset free_threaded;               // u64: not 0 in builds without a GIL
  Offset size;
  struct Runtime { Offset finalizing, interpreters_head; } runtime;
  struct Interpreter { Offset size, id, next, threads_head, threads_main, gc, imports_modules,
      sysdict, builtins; } interpreter;
  struct Thread { Offset size, prev, next, interp, current_frame, thread_id, native_thread_id,
      datastack_chunk, status, exc_state; } thread;
  struct Frame { Offset size, previous, executable, instr_ptr, localsplus, owner, stackpointer; }
      frame;
  struct Code { Offset size, filename, name, qualname, linetable, firstlineno, localsplusnames,
      localspluskinds, co_code_adaptive; } code;
  struct GcState { Offset size, collecting; } gc;
  Offset tuple_ob_item, list_ob_item, dict_ma_keys, dict_ma_values, long_lv_tag, long_ob_digit,
      bytes_ob_sval;
  Offset unicode_state, unicode_length, unicode_asciiobject_size, type_tp_flags, type_tp_name,
      object_ob_type;
};

struct StateHints {
  struct Runtime {                    // _PyRuntime
    Offset interpreters_head, interpreters_main;
    // 3.13+: array of PyTypeObject* with a count each, core types first, by index
    Offset static_types;
    Offset static_type_size;          // of one element
  } runtime;

  struct Interpreter {                // PyInterpreterState
    Offset next, id, threads_head, gc;
    Offset modules, modules_by_index, sysdict, sysdict_copy, builtins, builtins_copy, dict,
        importlib, import_func;
    Offset lazy_import_func, lazy_imports_filter, lazy_modules, lazy_pending_submodules;   // 3.15
    Offset codec_search_path, codec_search_cache, codec_error_registry;
    Offset before_forkers, after_forkers_parent, after_forkers_child, audit_hooks;
    // up to 3.13: array of pointers to atexit_func, atexit_args, atexit_kwargs; 3.14+: a list
    // object
    Offset atexit_callbacks;
    Offset atexit_ncallbacks;         // up to 3.13: int
    Offset warnings_filters, warnings_once_registry, warnings_default_action;
    Offset interned_strings;          // dict; its references are not counted
    Offset small_ints;                // 3.10: array of pointers
    // array of type_cache_entries; the name in each is a counted reference (not in 3.12)
    Offset type_cache;
    // the first is a number of entries
    Offset type_cache_entries, type_cache_entry_size, type_cache_entry_name;
    // 3.12+
    Offset monitoring_callables, monitoring_callables_count, monitoring_tool_names,
        monitoring_tool_names_count;
    Offset optimizer, executor_list_head;          // 3.13 / 3.13, 3.14
    Offset common_consts, common_consts_count;     // 3.14+
    Offset initial_thread;            // 3.11+: the main thread's state within the interpreter's
    Offset size;
  } interpreter;

  struct StaticTypes {                // 3.12+: what static builtin types have per interpreter
    // in the interpreter state: array of entries; a type's index is its tp_subclasses - 1
    Offset builtins;
    Offset builtins_initialized;      // in the interpreter state: word, number of entries in use
    Offset builtins_capacity;         // number of entries
    // 3.13+: the same for static types of extension modules; their indexes go on from
    // builtins_capacity
    Offset extensions;
    Offset extensions_initialized, extensions_capacity;
    // of an entry; `type` is kAbsent from 3.14 on if the entry lacks it
    Offset entry_size, type, tp_dict, tp_subclasses, tp_weaklist;
  } static_types;

  struct GcState {                    // struct _gc_runtime_state, at interpreter.gc
    Offset generations;               // first list head; generation_size apart
    Offset generation_size, generation_count;
    Offset permanent;                 // list head of frozen objects
    Offset collecting, garbage, callbacks;
    Offset trash_delete_later;        // 3.10, 3.11
  } gc;

  struct Thread {                     // PyThreadState
    Offset prev, next, interp, thread_id, native_thread_id, dict;
    Offset frame;                     // 3.10: frame object
    Offset cframe;                    // 3.11, 3.12: to a struct that holds current_frame
    Offset cframe_current_frame;      // in that struct
    Offset current_frame;             // 3.13+
    Offset c_profileobj, c_traceobj, async_exc, context, async_gen_firstiter, async_gen_finalizer;
    Offset curexc_type, curexc_value, curexc_traceback;    // up to 3.11
    Offset current_exception;         // 3.12+
    Offset exc_state, exc_info;       // an ExcStackItem, and a pointer to the innermost
    Offset delete_later;              // objects to be deallocated, chained
    Offset asyncio_running_loop, asyncio_running_task, asyncio_tasks_head;   // 3.14+
    Offset threading_local_key, threading_local_sentinel;  // 3.13+
    Offset previous_executor, current_executor;            // 3.13 / 3.14+
    Offset datastack_chunk, datastack_top;                 // 3.11+
    Offset size;
  } thread;

  DebugOffsets debug;
};

}  // namespace heapsnap
