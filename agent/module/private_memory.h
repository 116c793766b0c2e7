// use_private_memory() gives Python's allocators over to memory of the caller's own.
//
// It is for a copy of the process: there the locks of malloc and the tables of whatever hooks the
// allocators may be as another thread left them at the instant of the copy. From the call on no
// allocation of Python's meets either. What was allocated before is left alone, even when it is
// freed. Blocks are of 2^n bytes and are used again; 64 MiB are all there is, then allocations
// fail as they do when memory runs out.
#pragma once

namespace heapsnap {

// With the GIL, once. False: the system gave no memory, or this Python cannot do it.
bool use_private_memory();

}  // namespace heapsnap
