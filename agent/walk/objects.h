// Visiting one object: finding out its type, choosing the visitor, writing its node.
#pragma once

#include <cstdint>

#include "agent/walk/objects_code.h"
#include "agent/walk/objects_containers.h"
#include "agent/walk/objects_frames.h"
#include "agent/walk/objects_numpy.h"
#include "agent/walk/objects_opaque.h"
#include "agent/walk/objects_traverse.h"
#include "agent/walk/objects_values.h"
#include "agent/walk/sizes.h"
#include "agent/walk/subject.h"
#include "agent/walk/type_reader.h"

namespace heapsnap {

// Adds the part `value`, in bytes that stay valid until the node is finished: in `buffer`, or in
// the text policy's, which nothing else uses before that.
template <class Memory>
void add_value(const Subject<Memory>& s, std::uint8_t (&buffer)[kMaxPlainValue]) {
  Encoded value;
  if (s.type.visit == Visit::kCode) {
    const std::uint32_t line = s.walk.memory.u32(s.object + s.layout().code.co_firstlineno);
    value = {buffer, static_cast<std::size_t>(put_line_value(buffer, line) - buffer), false};
  } else if (s.type.visit <= Visit::kBool) {
    value = encode_value(s.walk, s.type.visit, s.object, Use::kPlain, buffer);
  }
  if (value.size != 0) s.node.value(value.bytes, value.size);
}

template <class Memory>
void visit_parts(const Subject<Memory>& s) {
  switch (s.type.visit) {
    case Visit::kStr:
    case Visit::kBytes:
    case Visit::kInt:
    case Visit::kFloat:
    case Visit::kBool: instance_values(s, instance_words(s)); break;
    case Visit::kCode: visit_code(s); break;
    case Visit::kDict: visit_dict(s); break;
    case Visit::kOrderedDict: visit_ordered_dict(s); break;
    case Visit::kDefaultDict: visit_default_dict(s); break;
    case Visit::kList: visit_list(s); break;
    case Visit::kTuple: visit_tuple(s); break;
    case Visit::kSet: visit_set(s); break;
    case Visit::kDeque: visit_deque(s); break;
    case Visit::kType: visit_type(s); break;
    case Visit::kFunction: visit_function(s); break;
    case Visit::kCell: s.field(s.layout().cell.ob_ref); break;
    case Visit::kWeakref: visit_weakref(s); break;
    case Visit::kDateTime: visit_date_time(s, s.layout().date_time.datetime_tzinfo); break;
    case Visit::kTime: visit_date_time(s, s.layout().date_time.time_tzinfo); break;
    case Visit::kByteArray: visit_byte_array(s); break;
    case Visit::kLruCache: visit_lru_cache(s); break;
    case Visit::kElement: visit_element(s); break;
    case Visit::kNumpyArray: visit_numpy_array(s); break;
    case Visit::kGenerator:
    case Visit::kCoroutine: visit_generator(s); break;
    case Visit::kFrame: visit_frame(s); break;
    case Visit::kNothing:
    case Visit::kTraverse: visit_traverse(s); break;
  }
}

// A C type that adds fields to one that we read by ourselves: what stands in the words beyond the
// known type's; and what stands in no word, if we know where all references of the known type are.
template <class Memory>
void visit_foreign(const Subject<Memory>& s) {
  const Attributes none;
  References<Memory> references(s, none);
  const auto first = static_cast<std::size_t>(s.layout().object.size) / 8;
  if (can_traverse(s)) references.words(first, s.type.foreign_from);
  visit_parts(s);
  if (s.type.visit == Visit::kType) references.loose();
}

// After recover(): the object at hand is given up; its node says so and has no references.
template <class Memory>
void give_up(Walk<Memory>& walk) {
  const Address object = walk.recovery.reached;
  const auto reason = static_cast<FaultReason>(static_cast<std::uint32_t>(walk.recovery.reason));
  TypeEntry* const type = walk.at_hand;
  const char* const detail = reason == FaultReason::kNoProgress
                                 ? "the walk did not get on with it"
                                 : "reading its references failed";
  walk.emitter.fault(object, type == nullptr ? 0 : type->id, reason, detail);
  if (type == nullptr) return;
  type->stuck |= reason == FaultReason::kNoProgress;
  walk.at_hand = nullptr;
  NodeBuilder& node = walk.node();
  if (node.record().address != object || node.wrote_some()) return;
  node.abandon();
  node.mark_unread();
  node.finish();
}

// `known` has the flags that the caller knows: kTracked, kFrozen.
template <class Memory>
void visit(Walk<Memory>& walk, Address object, std::uint32_t known = 0) {
  walk.got_on(object);
  walk.at_hand = nullptr;
  const Header header = walk.header(object);
  if (header.dead) return;
  TypeEntry* const type = walk.entry_of(header.type);
  if (type == nullptr) {
    walk.emitter.fault(object, 0, FaultReason::kInvalidPointer, "its type is no type");
    return;
  }
  std::uint32_t flags = known | (type->heap ? std::uint32_t{kTypeEdge} : 0);
  if (type->leaf) {
    write_leaf(walk, *type, object, header, flags, Use::kPlain);
    return;
  }
  if (known == 0 && type->has_gc && is_tracked(walk, *type, object)) flags |= kTracked;
  walk.at_hand = type;
  NodeBuilder& node = walk.node();
  node.begin(object, type->id, shallow_size(walk, *type, object), header.refcount, flags);
  if (type->stuck) {
    walk.recovery.reason = static_cast<std::uint32_t>(FaultReason::kNoProgress);
    return give_up(walk);
  }
  const Subject<Memory> subject{walk, *type, object, node};
  type->foreign_from == 0 ? visit_parts(subject) : visit_foreign(subject);
  std::uint8_t buffer[kMaxPlainValue];
  add_value(subject, buffer);
  node.finish();
}

template <class Memory>
void Walk<Memory>::drain(std::size_t keep) {
  const Address outer = recovery.reached;
  TypeEntry* const outer_type = at_hand;
  const auto body = [this, keep] {
    while (emitter.queue.size() > keep && !emitter.failed()) visit(*this, emitter.queue.pop());
  };
  while (!guarded(body)) give_up(*this);
  recovery.reached = outer;
  at_hand = outer_type;
}

}  // namespace heapsnap
