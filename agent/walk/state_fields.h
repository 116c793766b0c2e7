// The references that interpreters and threads hold, by the names that guppy3 and CPython give
// them: where the hints have each, its label, and the type that proves it found ("": any object).
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/layout/state_hints.h"

namespace heapsnap {

template <class Struct>
struct StateField {
  Offset Struct::*place;
  char label[32];
  char type[16];
};

using I = StateHints::Interpreter;

inline constexpr StateField<I> kInterpreterFields[] = {
    {&I::modules, ".modules", ""},  // a dict, or what the program put there
    {&I::modules_by_index, ".modules_by_index", "list"},
    {&I::sysdict, ".sysdict", "dict"},
    {&I::sysdict_copy, ".sysdict_copy", "dict"},
    {&I::builtins, ".builtins", "dict"},
    {&I::builtins_copy, ".builtins_copy", "dict"},
    {&I::dict, ".dict", "dict"},
    {&I::importlib, ".importlib", "module"},
    {&I::import_func, ".import_func", ""},
    {&I::lazy_import_func, ".lazy_import_func", ""},
    {&I::lazy_imports_filter, ".lazy_imports_filter", ""},
    {&I::lazy_modules, ".lazy_modules", ""},
    {&I::lazy_pending_submodules, ".lazy_pending_submodules", ""},
    {&I::codec_search_path, ".codec_search_path", "list"},
    {&I::codec_search_cache, ".codec_search_cache", "dict"},
    {&I::codec_error_registry, ".codec_error_registry", "dict"},
    {&I::before_forkers, ".before_forkers", "list"},
    {&I::after_forkers_parent, ".after_forkers_parent", "list"},
    {&I::after_forkers_child, ".after_forkers_child", "list"},
    {&I::audit_hooks, ".audit_hooks", "list"},
    {&I::warnings_filters, ".warnings_filters", "list"},
    {&I::warnings_once_registry, ".warnings_once_registry", "dict"},
    {&I::warnings_default_action, ".warnings_default_action", "str"},
    {&I::optimizer, ".optimizer", ""},
    {&I::executor_list_head, ".executor_list_head", ""},
};

// Arrays of references, each under one label.
struct StateArray {
  Offset I::*place;
  Offset I::*count;  // nullptr: `fixed`
  std::uint16_t fixed;
  char label[32];
};

inline constexpr std::uint16_t kSmallInts = 262;  // 3.10: -5 to 256

inline constexpr StateArray kInterpreterArrays[] = {
    {&I::small_ints, nullptr, kSmallInts, ".small_ints"},
    {&I::monitoring_callables, &I::monitoring_callables_count, 0, ".monitoring_callables"},
    {&I::monitoring_tool_names, &I::monitoring_tool_names_count, 0, ".monitoring_tool_names"},
    {&I::common_consts, &I::common_consts_count, 0, ".common_consts"},
};

using T = StateHints::Thread;

inline constexpr StateField<T> kThreadFields[] = {
    {&T::dict, ".dict", "dict"},
    {&T::c_profileobj, ".c_profileobj", ""},
    {&T::c_traceobj, ".c_traceobj", ""},
    {&T::async_exc, ".async_exc", ""},
    {&T::context, ".context", ""},
    {&T::async_gen_firstiter, ".async_gen_firstiter", ""},
    {&T::async_gen_finalizer, ".async_gen_finalizer", ""},
    {&T::curexc_type, ".curexc_type", ""},
    {&T::curexc_value, ".curexc_value", ""},
    {&T::curexc_traceback, ".curexc_traceback", ""},
    {&T::current_exception, ".current_exception", ""},
    {&T::asyncio_running_loop, ".asyncio_running_loop", ""},
    {&T::asyncio_running_task, ".asyncio_running_task", ""},
    {&T::threading_local_key, ".threading_local_key", ""},
    {&T::threading_local_sentinel, ".threading_local_sentinel", ""},
    {&T::previous_executor, ".previous_executor", ""},
    {&T::current_executor, ".current_executor", ""},
};

}  // namespace heapsnap
