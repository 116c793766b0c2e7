// Frames and generators: local variables and evaluation stacks.
//
// A frame has one node: the generator it belongs to, else its frame object, else its record. What
// it refers to is written there and nowhere else.
#pragma once

#include <cstdint>

#include "agent/walk/frame_reader.h"
#include "agent/walk/objects_instances.h"
#include "agent/walk/subject.h"

namespace heapsnap {

// The node that carries the frame's references. `generator` is the one whose frame this is, or 0.
inline Address node_of(const Frame& frame, Address generator) {
  if (generator != 0) return generator;
  return frame.object != 0 ? frame.object : frame.address;
}

// Words of a record that is part of `base`; offsets as if it stood `offset` after the node.
// Globals and builtins are not counted: the function has them.
template <class Memory>
void add_frame_words(Walk<Memory>& walk, NodeBuilder& node, const Frame& frame, Offset offset) {
  const Layout::InterpreterFrame& f = walk.layout.frame;
  for (const Offset field : {f.f_executable, f.f_funcobj, f.f_locals}) {
    if (field == kAbsent) continue;
    node.word(offset + field, untagged(walk, walk.memory.word(frame.address + field)));
  }
}

template <class Memory>
void add_local_variables(Walk<Memory>& walk, NodeBuilder& node, const Frame& frame) {
  node.open_locals(frame.code);
  for (std::uint64_t i = 0; i < frame.local_count; ++i) {
    node.add(untagged(walk, walk.memory.word(frame.locals + 8 * i)));
  }
}

// Words of the evaluation stack. Where its depth is unknown they may be left over from before.
template <class Memory>
void add_stack(Walk<Memory>& walk, NodeBuilder& node, const Frame& frame) {
  if (frame.stack_count == 0) return;
  const Address stack = frame.locals + 8 * frame.local_count;
  node.open(frame.stack_known ? Part::kStack : Part::kMaybe);
  for (std::uint64_t i = 0; i < frame.stack_count; ++i) {
    const Address word = walk.memory.word(stack + 8 * i);
    const Address target = borrowed(walk, word) ? 0 : untagged(walk, word);
    node.add(frame.stack_known || Emitter::plausible(target) ? target : 0);
  }
}

template <class Memory>
void visit_frame(const Subject<Memory>& s) {
  const Layout::FrameObject& f = s.layout().frame_object;
  const Frame frame = frame_of_object(s.walk, s.object);
  for (const Offset field : {f.f_back, f.f_trace, f.f_code, f.f_builtins, f.f_globals, f.f_locals,
                             f.f_extra_locals, f.f_locals_cache, f.f_overwritten_fast_locals}) {
    s.field(field);
  }
  if (frame.address == 0) return;
  if (f.f_frame != kAbsent) {
    if (frame.in_generator) return;  // its references are the generator's
    add_frame_words(s.walk, s.node, frame, f.frame_data);
  }
  add_local_variables(s.walk, s.node, frame);
  add_stack(s.walk, s.node, frame);
}

template <class Memory>
void visit_generator(const Subject<Memory>& s) {
  const Layout::Generator& g = s.layout().generator;
  const Attributes attributes = instance_words(s);
  for (const Offset field : {g.gi_frame, g.gi_code, g.exc_type, g.exc_value, g.exc_traceback}) {
    s.field(field);
  }
  if (s.type.visit == Visit::kCoroutine) s.field(g.origin_or_finalizer);
  s.named_field(g.gi_name);
  s.named_field(g.gi_qualname);
  const Frame frame = frame_of_generator(s.walk, s.object);
  if (frame.address == 0) {
    // From 3.12 on one that has ended still has its code, there.
    const Offset code = s.layout().frame.f_executable;
    if (g.gi_code == kAbsent) s.node.word(g.iframe + code, untagged(s.walk, s.at(g.iframe + code)));
    return instance_values(s, attributes);
  }
  add_frame_words(s.walk, s.node, frame, g.iframe);
  s.node.word(g.iframe + s.layout().frame.frame_obj, frame.object);
  instance_values(s, attributes);
  add_local_variables(s.walk, s.node, frame);
  add_stack(s.walk, s.node, frame);
}

}  // namespace heapsnap
