// What a copy of a process gives up before it does anything, so that it is not in the way.
#pragma once

namespace heapsnap {

// Closes all that was inherited open (the program's peers see an end of file when the program
// closes its own), is the first to go when memory runs out, and yields the processor. Limits that
// the program may have reached are lifted as far as they can be. Raw system calls only.
void step_back();

}  // namespace heapsnap
