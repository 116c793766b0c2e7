// What CPython's tracemalloc knows of where objects were allocated, as a source for the walk.
//
// Only a copy of the process asks: its answers are new objects, and asking takes tracemalloc's lock,
// which another thread may have held at the instant of the copy. In the copy Python allocates from
// memory set aside (private_memory.h), collects nothing and tells no tracer of new objects, so that
// no code of the program's runs. A lock that is never released is for the guard to notice.
//
// Up to 3.14 tracemalloc hashes the file names of the frames that it records, and it does so for a
// tuple from a free list. With a str that has a __hash__ in Python this is code; but there the
// program has hung in tracemalloc before.
#pragma once

#include "agent/module/captures.h"
#include "agent/module/snapshot.h"
#include "agent/walk/walk.h"

namespace heapsnap {

SiteSource allocation_sites_of(const SnapshotRequest& request, const Capture& capture);

}  // namespace heapsnap
