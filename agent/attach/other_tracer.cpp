#include "agent/attach/other_tracer.h"

#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "agent/attach/proc_files.h"

namespace heapsnap {
namespace {

constexpr int kLooks = 3;  // at a tracer that ends meanwhile
constexpr std::size_t kMostThreads = 1'000;

// The command itself, or what traces on its behalf (tracer.h).
bool is_heapsnap(const std::string& name) {
  return name == "heapsnap" || name == "heapsnap-tracer";
}

// The command, in it or in a process that it has trace.
bool is_ourselves(pid_t tracer, const std::string& name) {
  return tracer == getpid() || (tracer == getppid() && is_heapsnap(name));
}

tl::unexpected<Error> is_traced(pid_t pid, pid_t thread, pid_t tracer, const std::string& name) {
  if (is_ourselves(tracer, name)) {  // an earlier stop had to leave it (stopped_process.h)
    return failure(ErrorCode::kCapture,
                   fmt::format("thread {} of process {} does not stop: it waits in the kernel; "
                               "try again later",
                               thread, pid));
  }
  if (is_heapsnap(name)) {
    return passing_failure(fmt::format(
        "process {} is being captured by another heapsnap (process {})", pid, tracer));
  }
  const std::string part = thread == pid ? "" : fmt::format("thread {} of ", thread);
  return failure(ErrorCode::kCapture,
                 fmt::format("{}process {} is being traced by process {} ({}), and only one can: "
                             "end that first",
                             part, pid, tracer, name.empty() ? "in another container" : name));
}

}  // namespace

Result<void> check_tracer(pid_t pid, pid_t thread) {
  for (int looks = 1;; ++looks) {
    const auto status = status_of_thread(pid, thread);
    if (!status || status->tracer == 0) return {};
    const auto tracer = status_of(status->tracer);
    if (!tracer && looks < kLooks) continue;
    return is_traced(pid, thread, status->tracer, tracer ? tracer->name : "");
  }
}

Result<void> check_tracers(pid_t pid) {
  std::vector<pid_t> threads = threads_of(pid);
  if (threads.size() > kMostThreads) threads.resize(kMostThreads);
  for (const pid_t thread : threads) {
    if (const Result<void> free = check_tracer(pid, thread); !free) return free;
  }
  return {};
}

}  // namespace heapsnap
