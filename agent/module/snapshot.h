// write_snapshot() is what a capture consists of, wherever it runs: in a copy of the process, or
// in the process itself. It opens the output, says what the snapshot is of, walks, and gives the
// file its name. It uses raw system calls and memory set aside at import, and calls no Python, but
// for what a copy asks of tracemalloc at its end (tracemalloc.h).
#pragma once

#include <cstdint>

#include "agent/module/captures.h"
#include "agent/walk/walk.h"

namespace heapsnap {

struct SnapshotRequest {
  const char* path = nullptr;  // or "unix:@NAME"
  const char* trigger = nullptr;
  bool in_place = false;
  bool collector_on = false;   // that of cycles
  Strings strings = Strings::kKeys;
  std::uint32_t prefix = 0;
  Target target;
  int process = 0;             // pid of the process that is captured
  std::uint64_t time_ns = 0;   // when
};

bool prepare_arena();  // once, at import; false: no memory

// Sets the capture's outcome and concludes it. One at a time in each process.
void write_snapshot(const SnapshotRequest& request, Capture& capture, Recovery& recovery);

// For a copy that cannot go on, from a signal handler: removes the file and concludes the capture.
void abandon_snapshot(int signal);

// Gives the memory of a walk back to the system.
void clear_arena();

}  // namespace heapsnap
