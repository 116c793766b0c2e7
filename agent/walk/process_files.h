// Records what /proc says of the process's memory (docs/format.md section 11), as it is: the
// analysis makes sense of it.
#pragma once

#include "agent/walk/emitter.h"

namespace heapsnap {

// Files that cannot be read are left out: without the right to read smaps there is maps.
void write_process_files(Emitter& emitter, int process);

}  // namespace heapsnap
