// Where reachability starts: interpreters, threads with their frames, static types.
//
// Interpreters, threads and frames become nodes of the types <interpreter>, <thread> and <frame>,
// with a record each in a structures chunk; a root leads to each interpreter and thread. (The roots
// of static types are written where types are visited.)
#pragma once

#include <cstdint>

#include "agent/walk/objects_frames.h"
#include "agent/walk/runtime_state.h"
#include "agent/walk/state_fields.h"

namespace heapsnap {

// Words of structures that stand for what has no offset of its own.
inline constexpr std::uint16_t kAtexitWord = 0xFF00;

template <class Memory>
class RootWalker {
 public:
  explicit RootWalker(Walk<Memory>& walk) : walk_(walk), state_(walk), hints_(state_.hints()) {}

  const RuntimeState<Memory>& state() const { return state_; }

  // Each in its own guard: one broken thread leaves the others whole.
  void walk_roots() {
    write_types();
    state_.for_each_interpreter([this](Address interpreter) {
      walk_.guarded([&] { visit_interpreter(interpreter); });
      state_.for_each_thread(interpreter, [&](Address thread) {
        frame_count_ = 0;
        if (!walk_.guarded([&] { visit_frames(thread); })) {
          fault(thread, "its frames could not be read");
        }
        if (!walk_.guarded([&] { visit_thread(interpreter, thread); })) {
          fault(thread, "the thread could not be read");
        }
      });
    });
    if (missing_ != 0) walk_.emitter.fact("roots_missing", missing_);
  }

 private:
  static constexpr std::uint64_t kMaxFrames = std::uint64_t{1} << 20;
  static constexpr std::uint64_t kMaxCallbacks = std::uint64_t{1} << 20;
  static constexpr std::size_t kMaxFields = 160;

  void fault(Address address, const char* detail) {
    walk_.node().abandon();
    walk_.emitter.fault(address, kThreadType, FaultReason::kMemoryFault, detail);
  }

  // --- types

  void write_types() {
    StructureField fields[kMaxFields];
    std::size_t count = 0;
    for (const auto& field : kInterpreterFields) {
      add_field(fields, count, place(hints_.interpreter.*field.place), field.label);
    }
    for (const StateArray& array : kInterpreterArrays) {
      add_field(fields, count, place(hints_.interpreter.*array.place), array.label);
    }
    add_field(fields, count, kAtexitWord * 8, ".atexit");
    write_structure_type(walk_.emitter, kInterpreterType, "<interpreter>", fields, count);

    count = 0;
    for (const auto& field : kThreadFields) {
      add_field(fields, count, hints_.thread.*field.place, field.label);
    }
    add_exception_fields(fields, count);
    write_structure_type(walk_.emitter, kThreadType, "<thread>", fields, count);

    count = 0;
    const Layout::InterpreterFrame& f = walk_.layout.frame;
    add_field(fields, count, f.f_executable, ".f_code");
    add_field(fields, count, f.f_funcobj, "->f_funcobj");
    add_field(fields, count, f.f_locals, ".f_locals");
    write_structure_type(walk_.emitter, kFrameType, "<frame>", fields, count);
  }

  static void add_field(StructureField* fields, std::size_t& count, Offset offset, const char* label) {
    if (offset != kAbsent) fields[count++] = {offset, label};
  }

  void add_exception_fields(StructureField* fields, std::size_t& count) {
    const Offset base = hints_.thread.exc_state;
    const Layout::ExcStackItem& item = walk_.layout.exc_stack_item;
    add_field(fields, count, base + item.exc_value, ".exc_value");
    if (item.exc_type == kAbsent) return;
    add_field(fields, count, base + item.exc_type, ".exc_type");
    add_field(fields, count, base + item.exc_traceback, ".exc_traceback");
  }

  // --- interpreters

  // Where a field of the interpreter is to be expected. Fields before the list of threads have not
  // moved; what follows has, as far as the neighbours that are known.
  Offset place(Offset hint) const {
    if (hint == kAbsent) return kAbsent;
    const bool known = hint == hints_.interpreter.modules || hint == hints_.interpreter.sysdict ||
                       hint == hints_.interpreter.builtins;
    return known ? hint : hint + state_.shift();
  }

  void visit_interpreter(Address interpreter) {
    if (!walk_.emitter.seen.insert(interpreter)) return;
    NodeBuilder& node = walk_.node();
    node.begin(interpreter, kInterpreterType, 0, 0, 0);
    for (const auto& field : kInterpreterFields) {
      add_verified(node, interpreter, place(hints_.interpreter.*field.place), field.type);
    }
    for (const StateArray& array : kInterpreterArrays) add_array(node, interpreter, array);
    add_atexit(node, interpreter);
    node.finish();
    walk_.emitter.root(RootKind::kInterpreter, interpreter, "");
    write_interpreter_record(interpreter);
  }

  void add_verified(NodeBuilder& node, Address structure, Offset offset, const char* type) {
    if (offset == kAbsent) return;
    const Address object = state_.word_of(structure, offset);
    if (object == 0) return;
    if (state_.is_object(object, type)) {
      node.word(offset, object);
    } else {
      ++missing_;
    }
  }

  // Believed only as a whole.
  void add_array(NodeBuilder& node, Address interpreter, const StateArray& array) {
    const Offset hint = hints_.interpreter.*array.place;
    if (hint == kAbsent) return;
    const auto count = static_cast<std::uint64_t>(
        array.count == nullptr ? array.fixed : hints_.interpreter.*array.count);
    const Address first = interpreter + static_cast<Address>(hint + state_.shift());
    for (std::uint64_t i = 0; i < count; ++i) {
      const Address object = state_.word_of(first + 8 * i, 0);
      if (object != 0 && !state_.is_object(object, "")) return void(++missing_);
    }
    const auto word = static_cast<std::uint16_t>((hint + state_.shift()) / 8);
    for (std::uint64_t i = 0; i < count; ++i) {
      const Address object = state_.word_of(first + 8 * i, 0);
      if (object != 0) node.word_at(word, object);
    }
  }

  // Up to 3.13 an array of pointers to function, arguments and keywords, which become the items of
  // the interpreter, its last part; then a list object.
  void add_atexit(NodeBuilder& node, Address interpreter) {
    const StateHints::Interpreter& i = hints_.interpreter;
    const Offset offset = place(i.atexit_callbacks);
    const Address callbacks = state_.word_of(interpreter, offset);
    if (callbacks == 0) return;
    if (i.atexit_ncallbacks == kAbsent) {
      if (!state_.is_object(callbacks, "list")) return void(++missing_);
      return node.word_at(kAtexitWord, callbacks);
    }
    // Two ints: how many there are, and for how many there is room.
    const std::uint64_t counts = state_.word_of(interpreter, place(i.atexit_ncallbacks));
    std::uint64_t count = counts & 0xFFFFFFFF;
    if (count > counts >> 32) return void(++missing_);
    if (count > kMaxCallbacks) {
      count = kMaxCallbacks;
      node.mark_unread();
      walk_.emitter.fault(interpreter, kInterpreterType, FaultReason::kBoundExceeded,
                          "more functions of atexit than are followed");
    }
    bool believed = false;
    walk_.guarded([&] { believed = are_callbacks(callbacks, count); });
    if (!believed) return void(++missing_);
    node.open(Part::kItems);
    for (std::uint64_t k = 0; k < count; ++k) {
      const Address callback = walk_.memory.word(callbacks + 8 * k);
      if (callback == 0) continue;  // unregistered
      for (Address part = 0; part < 24; part += 8) node.add(walk_.memory.word(callback + part));
    }
  }

  // Read without system calls, as there may be many: to be called in a guard.
  bool are_callbacks(Address callbacks, std::uint64_t count) const {
    walk_.memory.expect(callbacks, count, 8);
    for (std::uint64_t k = 0; k < count; ++k) {
      const Address callback = walk_.memory.word(callbacks + 8 * k);
      if (callback == 0) continue;
      if (!Emitter::plausible(callback) || !leads_to_type(walk_.memory.word(callback))) return false;
      for (Address part = 8; part < 24; part += 8) {
        const Address object = walk_.memory.word(callback + part);
        if (object != 0 && !leads_to_type(object)) return false;
      }
    }
    return true;
  }

  bool leads_to_type(Address object) const {
    if (!Emitter::plausible(object)) return false;
    const Address type = walk_.type_of(object);
    const Address metatype = Emitter::plausible(type) ? walk_.type_of(type) : 0;
    if (!Emitter::plausible(metatype)) return false;
    return (walk_.memory.word(metatype + walk_.layout.type.tp_flags) & kTypeTypeSubclass) != 0;
  }

  void write_interpreter_record(Address interpreter) {
    std::uint8_t* out = walk_.emitter.structures.reserve(1 + 2 * kMaxVarint);
    out = put_u8(out, static_cast<std::uint8_t>(StructureKind::kInterpreter));
    out = put_address(out, interpreter);
    out = put_zigzag(out, static_cast<std::int64_t>(state_.word_of(interpreter, hints_.interpreter.id)));
    walk_.emitter.structures.commit(out);
  }

  // --- threads

  void visit_thread(Address interpreter, Address thread) {
    if (!walk_.emitter.seen.insert(thread)) return;
    NodeBuilder& node = walk_.node();
    node.begin(thread, kThreadType, 0, 0, 0);
    for (const auto& field : kThreadFields) {
      add_verified(node, thread, hints_.thread.*field.place, field.type);
    }
    const Layout::ExcStackItem& item = walk_.layout.exc_stack_item;
    for (const Offset part : {item.exc_value, item.exc_type, item.exc_traceback}) {
      if (part != kAbsent) add_verified(node, thread, hints_.thread.exc_state + part, "");
    }
    if (frame_count_ != 0) {
      node.open(Part::kFrames);
      each_frame(thread, [&](const Frame& frame, Address generator) {
        node.add(node_of(frame, generator));
      });
    }
    node.finish();
    walk_.emitter.root(RootKind::kThread, thread, "");
    write_thread_record(interpreter, thread);
  }

  void write_thread_record(Address interpreter, Address thread) {
    std::uint8_t* out = walk_.emitter.structures.reserve(2 + 4 * kMaxVarint);
    out = put_u8(out, static_cast<std::uint8_t>(StructureKind::kThread));
    out = put_address(out, thread);
    out = put_address(out, interpreter);
    out = put_varint(out, state_.word_of(thread, hints_.thread.thread_id));
    out = put_varint(out, state_.word_of(thread, hints_.thread.native_thread_id));
    out = put_u8(out, thread == walk_.options.target.thread ? kThreadIsCapturing : 0);
    walk_.emitter.structures.commit(out);
  }

  // --- frames

  // Calls visit(frame, generator) for each frame with code, innermost first.
  template <class Visit>
  void each_frame(Address thread, Visit&& visit) {
    Address address = state_.current_frame(thread);
    const bool objects = hints_.thread.frame != kAbsent;
    for (std::uint64_t i = 0; i < kMaxFrames && address != 0; ++i) {
      if (!Emitter::plausible(address)) return;
      const Frame frame = objects ? frame_of_old_object(walk_, address) : frame_of_record(walk_, address);
      if (frame.address != 0) visit(frame, objects ? 0 : generator_of(frame));
      address = frame.previous;
    }
  }

  // The generator, coroutine or asynchronous generator that a record is part of.
  Address generator_of(const Frame& frame) const {
    if (!frame.in_generator) return 0;
    return frame.address - static_cast<Address>(walk_.layout.generator.iframe);
  }

  // Writes the nodes of frames that have no other, and the records of all.
  void visit_frames(Address thread) {
    each_frame(thread, [&](const Frame& frame, Address generator) {
      walk_.got_on(frame.address);
      const Address node = node_of(frame, generator);
      if (node == frame.address && frame.object == 0) {
        visit_frame_record(frame);
      } else {
        walk_.emitter.enqueue(node);
      }
      write_frame_record(thread, frame, node);
      ++frame_count_;
    });
  }

  void visit_frame_record(const Frame& frame) {
    if (!walk_.emitter.seen.insert(frame.address)) return;
    NodeBuilder& node = walk_.node();
    node.begin(frame.address, kFrameType, 0, 0, 0);
    add_frame_words(walk_, node, frame, 0);
    add_local_variables(walk_, node, frame);
    add_stack(walk_, node, frame);
    node.finish();
  }

  void write_frame_record(Address thread, const Frame& frame, Address node) {
    std::uint8_t* out = walk_.emitter.structures.reserve(2 + 6 * kMaxVarint);
    out = put_u8(out, static_cast<std::uint8_t>(StructureKind::kFrame));
    out = put_address(out, node);
    out = put_address(out, thread);
    out = put_varint(out, frame_count_);
    out = put_address(out, frame.code);
    out = put_zigzag(out, frame.lasti);
    out = put_varint(out, line_of_frame(walk_, frame));
    const unsigned flags = (frame.stack_known ? kFrameStackKnown : 0u) |
                           (frame.object != 0 ? kFrameHasObject : 0u);
    walk_.emitter.structures.commit(put_u8(out, static_cast<std::uint8_t>(flags)));
  }

  Walk<Memory>& walk_;
  RuntimeState<Memory> state_;
  const StateHints& hints_;
  std::uint64_t frame_count_ = 0;  // of the thread at hand
  std::uint64_t missing_ = 0;      // fields that are not what belongs there
};

}  // namespace heapsnap
