// The walker's host in a frozen copy of a process: no C library, no file, no signal handler. What
// it needs from outside it asks of the tracer (orders.h).
#include "agent/blob/orders.h"


#include "agent/module/step_back.h"
#include "agent/walk/syscall.h"

#define HEAPSNAP_ENTRY extern "C" __attribute__((visibility("default"), used))

namespace heapsnap {

// %rdi, %rsi and %rdx are the arguments already.
HEAPSNAP_ENTRY long heapsnap_copy_trap(Trap trap, std::uint64_t a, std::uint64_t b);
asm(".text\n"
    ".globl heapsnap_copy_trap\n"
    ".type heapsnap_copy_trap, @function\n"
    "heapsnap_copy_trap:\n"
    "  int3\n"
    "  ret\n"
    ".size heapsnap_copy_trap, .-heapsnap_copy_trap\n");

namespace {

long send(const std::uint8_t* bytes, std::size_t size) {
  return heapsnap_copy_trap(Trap::kSend, sys::word_of(bytes), size);
}

}  // namespace

HEAPSNAP_ENTRY void heapsnap_copy_recover(Recovery* recovery, FaultReason reason) {
  recover(*recovery, reason);
}

HEAPSNAP_ENTRY void heapsnap_copy_main(Orders* orders) {
  step_back();
  WalkOptions options;
  options.target = orders->target;
  options.strings = orders->strings;
  options.prefix = orders->prefix;
  for (int i = 0; i < 2; ++i) options.hash_key[i] = orders->hash_key[i];
  options.arena = sys::map(kArenaSize);
  options.arena_size = options.arena == nullptr ? 0 : kArenaSize;
  options.send = send;
  options.facts = reinterpret_cast<const std::uint8_t*>(orders->facts);
  options.facts_size = orders->facts_size;
  options.least_tracked = orders->least_tracked;
  options.sites.missing = "tracemalloc is not asked in a capture from outside";
  walk(options, orders->recovery, orders->report);
  while (true) heapsnap_copy_trap(Trap::kDone, 0, 0);
}

}  // namespace heapsnap
