#include "agent/attach/seccomp.h"

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "agent/attach/proc_files.h"
#include "agent/attach/tracee.h"

#ifndef PTRACE_O_SUSPEND_SECCOMP
#define PTRACE_O_SUSPEND_SECCOMP (1 << 21)
#endif

namespace heapsnap {
namespace {

constexpr int kOff = 0, kFilters = 2;
constexpr std::size_t kMostAncestors = 1000;
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

// The process, its parent, and so on, as far as our pid namespace goes.
std::vector<pid_t> ancestry_of(pid_t pid) {
  std::vector<pid_t> ancestry;
  while (pid > 0 && ancestry.size() < kMostAncestors) {
    ancestry.push_back(pid);
    const auto stat = stat_of(pid);
    pid = stat ? stat->parent : 0;
  }
  return ancestry;
}

bool all_have(const std::vector<pid_t>& processes, int filters) {
  return std::ranges::all_of(processes, [&](pid_t pid) {
    const auto status = status_of(pid);
    return status && status->seccomp == kFilters && status->seccomp_filters == filters;
  });
}

bool are_in_one_container(pid_t a, pid_t b) {
  const auto group = read_proc(a, "cgroup");
  const std::string mounts = link_of(a, "ns/mnt");
  return group && !mounts.empty() && group == read_proc(b, "cgroup") &&
         mounts == link_of(b, "ns/mnt");
}

// What filters say cannot be read without rights over the system, but they are inherited, and none
// is ever taken away. So those of two processes are the same if there are as many, and as many of
// all between them and a common ancestor; or if there is none to be seen, up to the beginning of
// the container that they both are in.
bool has_our_filters(pid_t pid, int filters) {
  std::vector<pid_t> ours = ancestry_of(getpid()), theirs = ancestry_of(pid);
  const auto common = std::ranges::find_first_of(theirs, ours);
  const bool related = common != theirs.end();
  if (related) {
    ours.erase(std::ranges::find(ours, *common), ours.end());
    theirs.erase(common + 1, theirs.end());
  }
  return filters > 0 && (related || are_in_one_container(getpid(), pid)) &&
         all_have(ours, filters) && all_have(theirs, filters);
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
  if (has_our_filters(pid, thread->seccomp_filters) && survives_the_same_calls()) {
    return CallPermission{0, thread->seccomp_filters};
  }
  return failure(ErrorCode::kCapture,
                 fmt::format("process {} runs under a seccomp filter, which may kill it for a "
                             "system call of ours: try as root from outside of its container, "
                             "or start it with heapsnap run",
                             pid));
}

}  // namespace heapsnap
