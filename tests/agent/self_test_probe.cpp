// The walk's first step, which finds out whether this is the CPython that its version number says,
// with one number of the layout made wrong. Loaded into an interpreter by self_test_shifts.py.
#include <sys/mman.h>

#include <csignal>
#include <cstring>

#include "agent/walk/heap_walk.h"
#include "agent/walk/memory_direct.h"

namespace heapsnap {
namespace {

Recovery recovery;

void recover_from(int) { recover(recovery, FaultReason::kMemoryFault); }

void take_faults() {
  struct sigaction action = {};
  action.sa_handler = recover_from;
  action.sa_flags = SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
}

}  // namespace
}  // namespace heapsnap

extern "C" {

// What stands at an offset in this version's layout.
__attribute__((visibility("default"))) std::int32_t layout_at(std::uint32_t hexversion,
                                                               std::size_t offset) {
  std::int32_t number = 0;
  std::memcpy(&number, reinterpret_cast<const char*>(heapsnap::layout_for(hexversion)) + offset,
              sizeof number);
  return number;
}

// nullptr if nothing wrong was found, with `shift` added to the number at `offset`.
__attribute__((visibility("default"))) const char* self_test(std::uint32_t hexversion,
                                                              const std::uint64_t* addresses,
                                                              std::size_t offset,
                                                              std::int32_t shift) {
  using namespace heapsnap;
  static Layout layout;
  layout = *layout_for(hexversion);
  const std::int32_t wrong = layout_at(hexversion, offset) + shift;
  std::memcpy(reinterpret_cast<char*>(&layout) + offset, &wrong, sizeof wrong);
  WalkOptions options;
  options.target = {.hexversion = hexversion,
                    .runtime = addresses[0],
                    .interpreter = addresses[1],
                    .type = addresses[2],
                    .object = addresses[3],
                    .none = addresses[4]};
  void* const memory = mmap(nullptr, kArenaSize, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  Arena arena(memory, kArenaSize, std::uint64_t{1} << 32);
  ChunkOutput output(-1, recovery);
  Emitter emitter(arena, output);
  Walk<Direct> walk(options, recovery, layout, emitter);
  take_faults();
  return HeapWalk<Direct>(walk).find();
}

}  // extern "C"
