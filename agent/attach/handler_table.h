// Which Python function an interpreter calls for a signal, seen from outside.
//
// The interpreter keeps a table of them, one entry a signal, in its own variables; where, differs
// between patch releases. So it is looked for: the address of a function in an entry for that
// signal of what looks like such a table. Costs the reading of the interpreter's variables, about a
// megabyte.
#pragma once

#include <optional>
#include <vector>

#include "agent/attach/foreign_memory.h"
#include "agent/attach/process_maps.h"

namespace heapsnap {

// Whether the function is the signal's handler. Nothing: the memory cannot be read.
std::optional<bool> is_handler(const ForeignMemory& memory, const std::vector<MappedRange>& maps,
                               int signal, Address function);

}  // namespace heapsnap
