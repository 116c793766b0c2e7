// str, bytes, int and float: objects that are nothing but a value. Most of a heap's objects are
// of these, so they are written without a NodeBuilder.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/sizes.h"
#include "agent/walk/subject.h"
#include "agent/walk/text.h"

namespace heapsnap {

// Reads the number of an int of at most 64 bits; false if it is larger.
template <class Memory>
bool read_int(const Walk<Memory>& walk, Address object, std::int64_t& number) {
  const Layout::Int& layout = walk.layout.integer;
  std::uint64_t digits;
  bool negative;
  if (layout.lv_tag == kAbsent) {
    const std::int64_t size = walk.memory.number(object + walk.layout.object.ob_size);
    negative = size < 0;
    digits = static_cast<std::uint64_t>(negative ? -size : size);
  } else {
    const std::uint64_t tag = walk.memory.word(object + layout.lv_tag);
    negative = (tag & kIntSignMask) == kIntSignNegative;
    digits = tag >> kIntTagShift;
  }
  if (digits > 3) return false;
  std::uint64_t magnitude = 0;
  for (std::uint64_t i = digits; i > 0; --i) {
    if (magnitude >> 34 != 0) return false;
    const std::uint64_t place = (i - 1) * static_cast<std::uint64_t>(layout.digit_size);
    magnitude = magnitude << 30 | walk.memory.u32(object + layout.digit + place);
  }
  const std::uint64_t limit = (std::uint64_t{1} << 63) - (negative ? 0 : 1);
  if (magnitude > limit) return false;
  number = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
  return true;
}

template <class Memory>
Text text_of_bytes(const Walk<Memory>& walk, Address object) {
  Text text;
  text.length = walk.memory.word(object + walk.layout.object.ob_size);
  text.data = walk.memory.bytes(object + walk.layout.bytes.ob_sval, text.length);
  return text;
}

// The value as the policy allows it; size 0 if the node has none.
template <class Memory>
Encoded encode_value(const Walk<Memory>& walk, Visit visit, Address object, Use use,
                     std::uint8_t (&buffer)[kMaxPlainValue]) {
  const std::uint8_t* end = buffer;
  switch (visit) {
    case Visit::kStr: return walk.text.encode(text_of_str(walk, object), use);
    case Visit::kBytes: return walk.text.encode(text_of_bytes(walk, object), use);
    case Visit::kInt:
    case Visit::kBool: {
      std::int64_t number = 0;
      if (visit == Visit::kInt && !walk.text.numbers(use)) return {};
      if (read_int(walk, object, number)) end = put_integer_value(buffer, number);
      break;
    }
    case Visit::kFloat:
      if (!walk.text.numbers(use)) return {};
      end = put_real_value(buffer, walk.memory.word(object + walk.layout.floating.ob_fval));
      break;
    default: break;
  }
  return {buffer, static_cast<std::size_t>(end - buffer), true};
}

template <class Memory>
void write_leaf(Walk<Memory>& walk, const TypeEntry& type, Address object, const Header& header,
                std::uint32_t flags, Use use) {
  std::uint8_t buffer[kMaxPlainValue];
  const Encoded value = encode_value(walk, type.visit, object, use, buffer);
  NodeRecord node;
  node.address = object;
  node.type = type.id;
  node.size = shallow_size(walk, type, object);
  node.refcount = header.refcount;
  node.flags = flags;
  if (value.size != 0) {
    node.parts = bit(Part::kValue);
    node.value = value.bytes;
    node.value_size = value.size;
  }
  walk.emitter.write_leaf(node);
  if (value.has_text && use != Use::kPlain) walk.emitter.worded.insert(object);
}

// A record of the text of an object whose node is written already, or will be.
template <class Memory>
void write_text(Walk<Memory>& walk, const TypeEntry& type, Address object, Use use) {
  std::uint8_t buffer[kMaxPlainValue];
  const Encoded value = encode_value(walk, type.visit, object, use, buffer);
  if (!value.has_text || value.size == 0) return;
  walk.emitter.worded.insert(object);
  Chunk& texts = walk.emitter.texts;
  std::uint8_t* out = texts.reserve(kMaxVarint + 1 + value.size);
  out = put_near(out, object, texts.previous);
  out = put_u8(out, static_cast<std::uint8_t>(type.layout));
  texts.commit(put_bytes(out, value.bytes, value.size));
}

template <class Memory>
void Walk<Memory>::word_used(Address object, Use use) {
  Address& recent = recent_words_[hot_slot(object) % kRecentWords];
  if (recent == object || !emitter.possible(object)) return;
  recent = object;
  const bool fresh = emitter.seen.insert(object);
  if (!fresh && emitter.worded.contains(object)) return;
  const Header head = header(object);
  TypeEntry* const type = head.dead ? nullptr : entry_of(head.type);
  if (type == nullptr) return;
  if (fresh && type->leaf) {
    write_leaf(*this, *type, object, head, type->heap ? std::uint32_t{kTypeEdge} : 0, use);
    return;
  }
  if (fresh) emitter.queue_seen(object);
  if (type->visit <= Visit::kBool && type->visit != Visit::kNothing) {
    write_text(*this, *type, object, use);
  }
}

}  // namespace heapsnap
