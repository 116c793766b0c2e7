#include "agent/module/capture.h"

#include <signal.h>

#include <atomic>
#include <cerrno>

#include "agent/module/copy.h"
#include "agent/module/guard.h"
#include "agent/module/system_calls.h"

namespace heapsnap {
namespace {

Recovery recovery;
std::atomic<int> walking_in_place = 0;  // pid of the process that does

unsigned long set_mask(unsigned long mask) {
  unsigned long earlier = 0;
  system_call(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &earlier, sizeof mask);
  return earlier;
}

// Fails with -errno if the system refuses a copy.
long start_copy(const SnapshotRequest& request, Capture& capture, std::uint64_t begin) {
  // The copy must not run the program's handlers; it unblocks what it handles itself.
  const unsigned long mask = set_mask(~0ul);
  const long child = system_call(SYS_clone, 0, 0, 0, 0, 0);
  if (child == 0) run_in_copy(request, capture, recovery);
  set_mask(mask);
  if (child < 0) return child;
  capture.child.store(static_cast<int>(child));
  capture.pause_ns = clock_ns(CLOCK_MONOTONIC) - begin;
  capture.pause_known.store(1);
  wake(capture.pause_known);
  return 0;
}

void walk_in_place(const SnapshotRequest& request, Capture& capture, std::uint64_t begin) {
  capture.in_place = true;
  if (walking_in_place.exchange(request.process) == request.process) {  // in another interpreter
    return conclude(capture, Failure::kMemory, EBUSY, nullptr);
  }
  {
    const ThreadGuard guard(recovery);
    write_snapshot(request, capture, recovery);
  }
  clear_arena();
  walking_in_place.store(0);
  capture.pause_ns = clock_ns(CLOCK_MONOTONIC) - begin;
}

}  // namespace

int start_capture(SnapshotRequest request) {
  const std::uint64_t begin = clock_ns(CLOCK_MONOTONIC);
  Capture* capture = begin_capture();
  if (capture == nullptr) return -1;
  request.time_ns = clock_ns(CLOCK_REALTIME);
  request.process = static_cast<int>(system_call(SYS_getpid));
  const long refused = request.in_place ? 0 : start_copy(request, *capture, begin);
  if (refused < 0) capture->refused = static_cast<int>(-refused);
  if (request.in_place || refused < 0) walk_in_place(request, *capture, begin);
  return static_cast<int>(capture->handle);
}

}  // namespace heapsnap
