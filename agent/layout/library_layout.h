// LibraryLayout holds where types of the standard library's extension modules keep what belongs
// to them without being an object.
//
// Their sizes count it (docs/decisions/0002-shallow-sizes.md has the formulas), and some of it
// holds references. Offsets in bytes from the start of the object unless said otherwise. Counts
// and sizes are words unless said otherwise. No header of CPython tells these numbers: they are
// in generate/private_structs.txt and are stable within a minor version like those of layout.h.
#pragma once

#include "agent/layout/state_hints.h"

namespace heapsnap {

struct LibraryLayout {
  // functools._lru_cache_wrapper: a ring of links whose head is the object itself
  struct LruCache {
    Offset first_link;                // the ring ends where a link is the object itself
    // in a link (functools._lru_list_elem): the cache's dict and the ring hold one reference
    // each
    Offset link_next, link_key, link_result;
  } lru_cache;

  struct Element {                    // xml.etree.ElementTree.Element
    Offset extra;                     // pointer, NULL if neither attributes nor children
    // in what it points to; children: pointer to inline_children or a block
    Offset attrib, length, allocated, children, inline_children, extra_size;
  } element;

  struct SimpleQueue {                // _queue.SimpleQueue
    Offset get_index, items, capacity, length;   // 3.13+: a ring buffer of references
    Offset counts_items;              // 1 if __sizeof__ counts the buffer (3.15)
  } simple_queue;

  struct BytesIO {                    // _io.BytesIO
    // bytes object; its size counts as the owner's while its reference count is 1
    Offset buf;
  } bytes_io;

  struct Buffered {                   // _io.BufferedReader, -Writer, -Random
    Offset buffer, buffer_size;       // pointer
  } buffered;

  struct StructFormat {               // _struct.Struct
    // pointer to an array of codes; a code whose first word is 0 ends it and counts
    Offset codes, code_size;
  } struct_format;

  struct Decimal {                    // decimal.Decimal
    // u8; digits words, in a block of their own unless one of the bits of in_object is set
    Offset flags, alloc;
    Offset in_object;
  } decimal;

  struct Pickler {                    // _pickle.Pickler
    // pointer to a table; bytes object or NULL: counts as the owner's
    Offset memo, output_buffer;
    // in the table: number of entries; its header; one entry
    Offset memo_allocated, memo_size, memo_entry_size;
  } pickler;

  struct Unpickler {                  // _pickle.Unpickler
    Offset memo, memo_size;           // pointer to an array of references, and how many
    Offset marks, marks_size;         // pointer to words, and how many
    Offset input_line, encoding, errors;   // char*: counted with their closing zeros
  } unpickler;

  struct Combinatorics {              // itertools
    // combinations and combinations_with_replacement: words of indices
    Offset combinations_r;
    Offset permutations_pool, permutations_r;   // tuple and number: words of indices and cycles
    Offset product_pools;             // tuple: words of indices
  } combinatorics;

  // ctypes: in the type's dict, a StgDict (up to 3.12), or in the type (3.13+)
  struct CType {
    Offset format, ndim, elements, length;   // char*; int; pointer to length + 1 words; word
    Offset counted_twice;             // bytes that StgDict's __sizeof__ counts a second time
  } c_type;
};

}  // namespace heapsnap
