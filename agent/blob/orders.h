// What the tracer and the walker in a frozen copy have to agree on.
//
// The copy is loaded with the blob: a freestanding program (main.cpp) that starts at
// heapsnap_copy_main with the address of its Orders, and tells the tracer what it wants by an
// int3 at heapsnap_copy_trap: a Trap in %rdi, two numbers in %rsi and %rdx. The tracer answers in
// %rax. When the copy faults, or does not get on, the tracer sends it to heapsnap_copy_recover
// with the address of `recovery` and a FaultReason.
#pragma once

#include <cstdint>

#include "agent/walk/walk.h"

namespace heapsnap {

struct Orders {
  Target target = {};
  Strings strings = Strings::kKeys;
  std::uint32_t prefix = 0;
  std::uint64_t hash_key[2] = {};
  std::uint64_t least_tracked = 0;
  Address facts = 0;
  std::uint64_t facts_size = 0;
  // The copy's own:
  Recovery recovery = {};
  WalkReport report = {};
};

enum class Trap : std::uint64_t {
  kSend = 1,  // %rdx bytes at %rsi of the stream; the answer: how many were taken, or -errno
  kDone = 2,  // `report` is there; there is no answer
};

}  // namespace heapsnap
