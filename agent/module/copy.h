// What the copy of the process does, from the moment it is one until it ends.
#pragma once

#include "agent/module/snapshot.h"

namespace heapsnap {

// The copy holds nothing of the program's open (its peers see an end of file when the program
// closes its own), is the first to go when memory runs out, and yields the processor. All signals
// are blocked when this is called and stay so, but for those of the guard.
[[noreturn]] void run_in_copy(const Request& request, Capture& capture, Recovery& recovery);

}  // namespace heapsnap
