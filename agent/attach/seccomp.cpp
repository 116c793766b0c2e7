#include "agent/attach/seccomp.h"

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include <fmt/format.h>

#include "agent/attach/proc_files.h"
#include "agent/attach/tracee.h"

#ifndef PTRACE_O_SUSPEND_SECCOMP
#define PTRACE_O_SUSPEND_SECCOMP (1 << 21)
#endif

namespace heapsnap {
namespace {

constexpr int kOff = 0, kFilters = 2;
constexpr unsigned kTrial = 10;  // seconds, if we are killed meanwhile

// Whether the kernel lets us switch filters off: tried on a process of ours, as what it asks for
// depends on how it was built, and on whose root we are (kernel/ptrace.c, check_ptrace_options()).
bool may_suspend_filters() {
  const pid_t child = fork();
  if (child == 0) {
    sleep(kTrial);
    _exit(0);
  }
  if (child < 0) return false;
  const bool may = Tracee::seize(child, PTRACE_O_SUSPEND_SECCOMP) == 0;
  kill(child, SIGKILL);
  while (waitpid(child, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  return may;
}

// In a process of ours that may die of it.
bool survives_the_same_calls() {
  const pid_t child = fork();
  if (child == 0) {
    const long copy = syscall(SYS_clone, 0, 0, 0, 0, 0);
    if (copy == 0) _exit(0);
    const bool ours = copy > 0 && syscall(SYS_wait4, copy, nullptr, __WALL, nullptr) == copy;
    _exit(ours ? 0 : 1);
  }
  int status = -1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

// Filters are inherited, and the main thread has added none of its own: they are those that we have.
bool has_our_filters(pid_t pid, const ProcessStatus& thread) {
  const auto ours = status_of(getpid());
  if (!ours || ours->seccomp != kFilters || thread.seccomp != kFilters) return false;
  if (thread.seccomp_filters <= 0 || thread.seccomp_filters != ours->seccomp_filters) return false;
  const auto group = read_proc(getpid(), "cgroup");
  const std::string mounts = link_of(getpid(), "ns/mnt");  // those of another container may differ
  return !mounts.empty() && mounts == link_of(pid, "ns/mnt") && group &&
         group == read_proc(pid, "cgroup");
}

}  // namespace

bool CallPermission::holds_for(const ProcessStatus& thread) const {
  if (thread.seccomp == kOff || options != 0) return true;
  return thread.seccomp == kFilters && filters > 0 && thread.seccomp_filters == filters;
}

Result<CallPermission> permission_under_seccomp(pid_t pid) {
  const auto thread = status_of(pid);
  if (!thread || thread->seccomp == kOff) return CallPermission{};
  if (may_suspend_filters()) return CallPermission{PTRACE_O_SUSPEND_SECCOMP, 0};
  if (has_our_filters(pid, *thread) && survives_the_same_calls()) {
    return CallPermission{0, thread->seccomp_filters};
  }
  return failure(ErrorCode::kCapture,
                 fmt::format("process {} runs under a seccomp filter, which may kill it for a "
                             "system call of ours: try as root from outside of its container, "
                             "or start it with heapsnap run",
                             pid));
}

}  // namespace heapsnap
