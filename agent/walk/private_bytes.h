// A private bytes object is part of the object that keeps its data in it: the owner's size counts
// it, and nothing else refers to it. It is no node, so that no total counts it twice.
//
// A BytesIO shares its buffer with what it was made from or gave away; while it does, CPython does
// not count it as the owner's, and it is an object as any other.
#pragma once

#include "agent/walk/type_table.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

// The bytes object that only the word at this offset of an object refers to, or 0.
template <class Memory>
Address private_bytes_at(const Walk<Memory>& walk, Address object, Offset field) {
  const Address bytes = field == kAbsent ? 0 : walk.memory.word(object + field);
  if (bytes == 0 || walk.memory.u32(bytes + walk.layout.object.ob_refcnt) != 1) return 0;
  return bytes;
}

template <class Memory>
Address private_bytes(const Walk<Memory>& walk, const TypeEntry& type, Address object) {
  const LibraryLayout& library = walk.layout.library;
  switch (type.size) {
    case SizeRule::kBytesIO: return private_bytes_at(walk, object, library.bytes_io.buf);
    case SizeRule::kPickler: return private_bytes_at(walk, object, library.pickler.output_buffer);
    case SizeRule::kByteArray:
      return private_bytes_at(walk, object, walk.layout.byte_array.ob_bytes_object);
    default: return 0;
  }
}

}  // namespace heapsnap
