#include "agent/module/copy.h"

#include <sys/prctl.h>

#include "agent/module/guard.h"
#include "agent/module/step_back.h"
#include "agent/module/system_calls.h"

namespace heapsnap {
namespace {

[[noreturn]] void exit_copy() {
  while (true) system_call(SYS_exit_group, 0);
}

void abandon(int signal) {
  abandon_snapshot(signal);
  exit_copy();
}

}  // namespace

void run_in_copy(const SnapshotRequest& request, Capture& capture, Recovery& recovery) {
  step_back();
  system_call(SYS_prctl, PR_SET_NAME, "heapsnap-copy");
  clear_arena();
  await_earlier(capture);
  guard_copy(recovery, abandon);
  write_snapshot(request, capture, recovery);
  exit_copy();
}

}  // namespace heapsnap
