#include "agent/walk/walk.h"

namespace heapsnap {

__attribute__((noinline)) void recover(Recovery& recovery, FaultReason reason) {
  if (recovery.armed == 0) return;
  recovery.armed = 0;
  recovery.reason = static_cast<std::uint32_t>(reason);
  __builtin_longjmp(recovery.jump, 1);
}

}  // namespace heapsnap
