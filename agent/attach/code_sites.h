// CodeSites are two places in the code that a process has mapped (its C library's), where a thread
// can be sent to make a system call of ours and to come back from it. Nothing is written there.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/attach/foreign_memory.h"
#include "agent/attach/process_maps.h"

namespace heapsnap {

struct CodeSites {
  Address system_call = 0;  // syscall; ret
  Address sigreturn = 0;    // mov $15, %eax; syscall: what a signal handler returns to

  bool complete() const { return system_call != 0 && sigreturn != 0; }
};

// Reads the code of the C library first, then of other files. Nothing: there are no such places.
std::optional<CodeSites> find_code_sites(const ForeignMemory& memory,
                                         const std::vector<MappedRange>& maps);

// Whether they are (still) there.
bool are_there(const ForeignMemory& memory, const CodeSites& sites);

// Adds what is in these bytes, which are mapped at `start`.
void look_for_sites(std::span<const std::uint8_t> code, Address start, CodeSites& sites);

}  // namespace heapsnap
