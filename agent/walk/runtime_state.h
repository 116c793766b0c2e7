// RuntimeState finds the interpreters and threads of the process, and where they keep what.
//
// Those structs move between patch releases, so every number from the layout is a hint. From 3.13
// on _PyRuntime itself says where the most important fields are (_Py_DebugOffsets, in CPython's
// Include/internal/pycore_debug_offsets.h); the others are believed, shifted by as much as their
// neighbours are, if what stands there is an object of the type that belongs there. What cannot
// be verified is left out and counted in `missing`.
#pragma once

#include <cstdint>

#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
class RuntimeState {
 public:
  explicit RuntimeState(Walk<Memory>& walk) : walk_(walk), hints_(walk.layout.hints) {
    read_debug_offsets();
  }

  const StateHints& hints() const { return hints_; }
  bool has_debug_offsets() const { return has_debug_offsets_; }

  // How far the fields of an interpreter are from where the hints have them.
  Offset shift() const { return shift_; }

  // Calls visit(interpreter), the host's own first if the list cannot be followed. Those that are
  // being made or ended are passed over: the newest stands first, and the others behind it.
  template <class Visit>
  void for_each_interpreter(Visit&& visit) const {
    Address interpreter = first_interpreter();
    int unready = 0;
    for (int i = 0; i < kMaxInterpreters && plausible(interpreter); ++i) {
      if (is_interpreter(interpreter)) {
        visit(interpreter);
      } else if (++unready > kMaxUnready) {
        break;
      }
      interpreter = word_of(interpreter, hints_.interpreter.next);
    }
  }

  template <class Visit>
  void for_each_thread(Address interpreter, Visit&& visit) const {
    Address thread = word_of(interpreter, hints_.interpreter.threads_head);
    for (int i = 0; i < kMaxThreads && plausible(thread); ++i) {
      if (word_of(thread, hints_.thread.interp) != interpreter) break;
      visit(thread);
      thread = word_of(thread, hints_.thread.next);
    }
  }

  // A word of the target, 0 if it is not mapped.
  Address word_of(Address address, Offset offset) const {
    std::uint64_t word = 0;
    if (offset == kAbsent || !walk_.memory.probe(address + static_cast<Address>(offset), &word, 8)) return 0;
    return word;
  }

  // Whether this is an object, and of that type; "" is any.
  bool is_object(Address object, const char* type_name) const {
    if (!plausible(object)) return false;
    const Address type = word_of(object, walk_.layout.object.ob_type);
    const Address metatype = plausible(type) ? word_of(type, walk_.layout.object.ob_type) : 0;
    if (!plausible(metatype)) return false;
    const Address flags = word_of(metatype, walk_.layout.type.tp_flags);
    if ((flags & kTypeTypeSubclass) == 0) return false;
    return *type_name == 0 || has_name(type, type_name);
  }

  // The innermost frame record or frame object of a thread; 0 if none runs.
  Address current_frame(Address thread) const {
    const StateHints::Thread& t = hints_.thread;
    if (t.frame != kAbsent) return word_of(thread, t.frame);
    if (t.current_frame != kAbsent) return word_of(thread, t.current_frame);
    const Address link = word_of(thread, t.cframe);
    return plausible(link) ? word_of(link, t.cframe_current_frame) : 0;
  }

 private:
  static constexpr int kMaxInterpreters = 4096;
  static constexpr int kMaxUnready = 16;
  static constexpr int kMaxThreads = 1 << 17;

  // Structs are aligned as words, but their addresses need not be those of objects.
  static bool plausible(Address address) { return Emitter::plausible(address); }

  bool has_name(Address type, const char* expected) const {
    char name[40] = {};
    const Address text = word_of(type, walk_.layout.type.tp_name);
    for (std::size_t i = 0; i < sizeof name - 1; ++i) {
      if (!walk_.memory.probe(text + i, name + i, 1)) return false;
      if (name[i] != expected[i]) return false;
      if (name[i] == 0) return true;
    }
    return false;
  }

  // Believed only if it leads to an interpreter.
  Address first_interpreter() const {
    const Address runtime = walk_.options.target.runtime;
    const Address head = runtime == 0 ? 0 : word_of(runtime, hints_.runtime.interpreters_head);
    Address interpreter = head;
    for (int i = 0; i <= kMaxUnready && plausible(interpreter); ++i) {
      if (is_interpreter(interpreter)) return head;
      interpreter = word_of(interpreter, hints_.interpreter.next);
    }
    return walk_.options.target.interpreter;
  }

  // Its list of modules says so, and its threads point back to it. A subinterpreter that is being
  // made or ended may lack one of them.
  bool is_interpreter(Address interpreter) const {
    const StateHints::Interpreter& i = hints_.interpreter;
    const Address thread = word_of(interpreter, i.threads_head);
    if (plausible(thread) && word_of(thread, hints_.thread.interp) == interpreter) return true;
    return is_object(word_of(interpreter, i.sysdict), "dict");
  }

  bool is_cookie(Address runtime) const {
    char cookie[8] = {};
    return walk_.memory.probe(runtime + hints_.debug.cookie, cookie, 8) && same_bytes("xdebugpy", cookie, 8);
  }

  void take(Address runtime, Offset place, Offset& hint) const {
    const std::uint64_t value = word_of(runtime, place);
    if (place != kAbsent && value < kMaxOffset) hint = static_cast<Offset>(value);
  }

  void read_debug_offsets() {
    const Address runtime = walk_.options.target.runtime;
    const DebugOffsets& d = hints_.debug;
    if (runtime == 0 || d.cookie == kAbsent || !is_cookie(runtime)) return;
    if (word_of(runtime, d.version) >> 16 != walk_.options.target.hexversion >> 16) return;
    has_debug_offsets_ = true;
    StateHints::Interpreter& i = hints_.interpreter;
    StateHints::Thread& t = hints_.thread;
    const Offset before = i.sysdict;
    take(runtime, d.runtime.interpreters_head, hints_.runtime.interpreters_head);
    take(runtime, d.interpreter.id, i.id);
    take(runtime, d.interpreter.next, i.next);
    take(runtime, d.interpreter.threads_head, i.threads_head);
    take(runtime, d.interpreter.gc, i.gc);
    take(runtime, d.interpreter.imports_modules, i.modules);
    take(runtime, d.interpreter.sysdict, i.sysdict);
    take(runtime, d.interpreter.builtins, i.builtins);
    take(runtime, d.thread.next, t.next);
    take(runtime, d.thread.interp, t.interp);
    take(runtime, d.thread.current_frame, t.current_frame);
    take(runtime, d.thread.thread_id, t.thread_id);
    take(runtime, d.thread.native_thread_id, t.native_thread_id);
    take(runtime, d.thread.exc_state, t.exc_state);
    shift_ = i.sysdict - before;
  }

  static constexpr std::uint64_t kMaxOffset = std::uint64_t{1} << 24;

  Walk<Memory>& walk_;
  StateHints hints_;
  Offset shift_ = 0;
  bool has_debug_offsets_ = false;
};

}  // namespace heapsnap
