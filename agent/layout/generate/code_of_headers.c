// Prints the numbers of Layout about code, functions and frames.
#include "numbers.h"

static void code(void) {
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
}

static void functions(void) {
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

static void generators_and_frame_objects(void) {
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
}

static void interpreter_frames(void) {
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
#endif
#if MINOR >= 14
  NUMBER("frame.tag_mask", Py_TAG_BITS);
#else
  NUMBER("frame.tag_mask", 0);
#endif
#if MINOR >= 15
  NUMBER("frame.tag_invalid", Py_TAG_INVALID);
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
  NUMBER("frame.tag_int", Py_INT_TAG);
  NUMBER("frame.tag_borrowed", Py_TAG_REFCNT);
  NUMBER("frame.owned_by_interpreter", FRAME_OWNED_BY_INTERPRETER);
#endif
#if MINOR >= 12 && MINOR <= 14
  NUMBER("frame.owned_by_c_stack", FRAME_OWNED_BY_CSTACK);
#endif
}

void print_code_and_frames(void) {
  code();
  functions();
  generators_and_frame_objects();
  interpreter_frames();
}
