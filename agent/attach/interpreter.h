// Finding the main interpreter's state, and in it the collector's, from outside.
//
// Both move between patch releases: from 3.13 on the process itself says where they are; before,
// hints are believed if the collector's lists are there (see agent/walk/runtime_state.h).
#pragma once

#include "agent/attach/foreign_memory.h"
#include "agent/walk/walk.h"

namespace heapsnap {

struct InterpreterPlaces {
  Address interpreter = 0;  // 0: none
  Address collecting = 0;   // 0: not known
  Address collector_on = 0;  // likewise
};

// Needs `hexversion` and `runtime` of the target.
InterpreterPlaces find_interpreter(const ForeignMemory& memory, const Target& target);

}  // namespace heapsnap
