// Reading a frame, in whichever form it is: a frame object (3.10), a record on a thread's own
// stack, in a generator, or in a frame object (3.11+).
//
// Layouts are those of agent/layout/layout.h, structs FrameObject and InterpreterFrame.
#pragma once

#include <cstdint>

#include "agent/walk/dict_reader.h"
#include "agent/walk/line_table.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

struct Frame {
  Address address = 0;   // of the record; 0: there is no frame to read
  Address object = 0;    // its frame object, if there is one
  Address code = 0;
  Address locals = 0;    // array of words
  Address previous = 0;
  std::uint64_t local_count = 0;
  std::uint64_t stack_count = 0;  // words after the locals
  std::int64_t lasti = -1;        // byte offset of the current instruction
  bool stack_known = false;       // else any of these words may be stale
  bool in_generator = false;
};

inline constexpr std::uint64_t kMaxFrameWords = std::uint64_t{1} << 16;

// Words of stackrefs (3.14+) without their tags; 0 for what is no reference.
template <class Memory>
Address untagged(const Walk<Memory>& walk, Address word) {
  const Layout::InterpreterFrame& f = walk.layout.frame;
  if (f.tag_mask == 0) return word;
  const auto tag = static_cast<std::int64_t>(word) & f.tag_mask;
  if (tag == f.tag_int || tag == f.tag_invalid) return 0;
  return word & ~static_cast<Address>(f.tag_mask);
}

// Whether a word of a stack is a reference that its object does not count.
template <class Memory>
bool borrowed(const Walk<Memory>& walk, Address word) {
  const Layout::InterpreterFrame& f = walk.layout.frame;
  return f.tag_mask != 0 && (static_cast<std::int64_t>(word) & f.tag_mask) == f.tag_borrowed;
}

template <class Memory>
bool is_code(Walk<Memory>& walk, Address object) {
  if (object == 0 || !Emitter::plausible(object)) return false;
  const TypeEntry* const type = walk.entry_of(walk.type_of(object));
  return type != nullptr && type->visit == Visit::kCode;
}

template <class Memory>
std::uint64_t tuple_length(const Walk<Memory>& walk, Address tuple) {
  return tuple == 0 ? 0 : walk.memory.word(tuple + walk.layout.object.ob_size);
}

// 3.10: local variables, then cells and free variables.
template <class Memory>
std::uint64_t locals_of_code(const Walk<Memory>& walk, Address code) {
  const Layout::Code& c = walk.layout.code;
  if (c.co_nlocalsplus != kAbsent) return walk.memory.u32(code + c.co_nlocalsplus);
  return walk.memory.u32(code + c.co_nlocals) +
         tuple_length(walk, walk.memory.word(code + c.co_cellvars)) +
         tuple_length(walk, walk.memory.word(code + c.co_freevars));
}

template <class Memory>
bool sound(const Frame& frame) {
  return frame.local_count <= kMaxFrameWords && frame.stack_count <= kMaxFrameWords;
}

template <class Memory>
Frame frame_of_old_object(Walk<Memory>& walk, Address object) {
  const Layout::FrameObject& f = walk.layout.frame_object;
  Frame frame;
  frame.code = walk.memory.word(object + f.f_code);
  if (!is_code(walk, frame.code)) return Frame{};
  frame.address = frame.object = object;
  frame.locals = object + f.f_localsplus;
  frame.local_count = locals_of_code(walk, frame.code);
  frame.previous = walk.memory.word(object + f.f_back);
  frame.in_generator = walk.memory.word(object + f.f_gen) != 0;
  const auto lasti = static_cast<std::int32_t>(walk.memory.u32(object + f.f_lasti));
  frame.lasti = lasti < 0 ? -1 : lasti * std::int64_t{2};
  const auto depth = static_cast<std::int32_t>(walk.memory.u32(object + f.f_stackdepth));
  frame.stack_known = depth >= 0;
  frame.stack_count = frame.stack_known
                          ? static_cast<std::uint64_t>(depth)
                          : walk.memory.u32(frame.code + walk.layout.code.co_stacksize);
  return sound<Memory>(frame) ? frame : Frame{};
}

template <class Memory>
void find_stack(const Walk<Memory>& walk, Frame& frame) {
  const Layout::InterpreterFrame& f = walk.layout.frame;
  const std::uint64_t room = walk.memory.u32(frame.code + walk.layout.code.co_stacksize);
  std::int64_t used = -1;  // words from the first local variable on; unknown
  if (f.stackpointer != kAbsent) {
    const Address top = walk.memory.word(frame.address + f.stackpointer);
    if (top >= frame.locals) used = static_cast<std::int64_t>((top - frame.locals) / 8);
  } else {
    used = static_cast<std::int32_t>(walk.memory.u32(frame.address + f.stacktop));
  }
  // Fewer than there are variables: the frame was cleared, and what still stands there is dead.
  const auto variables = static_cast<std::int64_t>(frame.local_count);
  if (used >= 0 && used < variables) frame.local_count = static_cast<std::uint64_t>(used);
  const std::uint64_t depth = used < variables ? 0 : static_cast<std::uint64_t>(used - variables);
  frame.stack_known = used >= 0 && depth <= room;
  frame.stack_count = frame.stack_known ? depth : room;
}

template <class Memory>
Frame frame_of_record(Walk<Memory>& walk, Address address) {
  const Layout::InterpreterFrame& f = walk.layout.frame;
  Frame frame;
  if (address == 0 || !Emitter::plausible(address)) return frame;
  frame.previous = walk.memory.word(address + f.previous);
  const std::uint8_t owner = walk.memory.u8(address + f.owner);
  frame.code = untagged(walk, walk.memory.word(address + f.f_executable));
  if (owner == f.owned_by_interpreter || owner == f.owned_by_c_stack || !is_code(walk, frame.code)) {
    return frame;  // only a link of the chain
  }
  frame.address = address;
  frame.object = walk.memory.word(address + f.frame_obj);
  frame.in_generator = owner == f.owned_by_generator;
  frame.locals = address + f.localsplus;
  frame.local_count = locals_of_code(walk, frame.code);
  const Address first = frame.code + walk.layout.code.co_code_adaptive;
  const Address instruction = walk.memory.word(address + f.instr_ptr);
  if (instruction >= first) frame.lasti = static_cast<std::int64_t>(instruction - first);
  find_stack(walk, frame);
  if (!sound<Memory>(frame)) frame.address = 0;
  return frame;
}

// Of a frame object of any version.
template <class Memory>
Frame frame_of_object(Walk<Memory>& walk, Address object) {
  const Layout::FrameObject& f = walk.layout.frame_object;
  if (f.f_frame == kAbsent) return frame_of_old_object(walk, object);
  return frame_of_record(walk, walk.memory.word(object + f.f_frame));
}

// 3.11+: of a generator, coroutine or asynchronous generator that has not ended.
template <class Memory>
Frame frame_of_generator(Walk<Memory>& walk, Address generator) {
  const Layout::Generator& g = walk.layout.generator;
  if (g.iframe == kAbsent) return Frame{};
  const auto state = static_cast<std::int8_t>(walk.memory.u8(generator + g.frame_state));
  if (state >= g.frame_cleared) return Frame{};
  return frame_of_record(walk, generator + static_cast<Address>(g.iframe));
}

template <class Memory>
std::uint64_t line_of_frame(const Walk<Memory>& walk, const Frame& frame) {
  const Layout::Code& c = walk.layout.code;
  const Address table = walk.memory.word(frame.code + c.co_linetable);
  const std::uint64_t size = walk.memory.word(table + walk.layout.object.ob_size);
  if (size > std::uint64_t{1} << 24) return 0;
  const std::uint8_t* const bytes =
      walk.memory.bytes(table + static_cast<Address>(walk.layout.bytes.ob_sval), size);
  if (bytes == nullptr) return 0;
  const std::int64_t line = line_of(walk.layout.minor, bytes, size,
                                    walk.memory.u32(frame.code + c.co_firstlineno), frame.lasti);
  return line < 0 ? 0 : static_cast<std::uint64_t>(line);
}

}  // namespace heapsnap
