// What the agent knows of the interpreter that it was loaded into: taken down once, at import,
// so that a capture has nothing left to ask.
#pragma once

#include <cstdint>

#include "agent/walk/walk.h"

namespace heapsnap {

struct ThisPython {
  std::uint32_t hexversion = 0;
  unsigned minor = 0;             // 11 for CPython 3.11
  char version[32] = {};          // sys.version's first word
  char build[48] = {};            // words: debug, free-threaded, jit
  char allocator[32] = {};        // as docs/format.md has it; empty: cannot be told
  std::uint64_t hash_key[2] = {}; // derived from the secret of Python's own str hashes
  char key_fingerprint[17] = {};
};

// Call with the GIL, at import. May be called again.
void examine_this_python();

const ThisPython& this_python();

// Where the walk starts from: for the thread that calls, with the GIL.
Target this_target();

}  // namespace heapsnap
