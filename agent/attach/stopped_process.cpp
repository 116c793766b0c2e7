#include "agent/attach/stopped_process.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/other_tracer.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/python_process.h"

namespace heapsnap {
namespace {

constexpr std::chrono::milliseconds kPatience{400};  // for a thread to stop
constexpr std::chrono::seconds kForAll{2};           // for no new thread to appear
constexpr std::chrono::seconds kLater{5};            // for one that did not, while the others run

constexpr int kSeizeTries = 3;

bool has_ended(pid_t pid, pid_t thread) {
  const auto status = status_of_thread(pid, thread);
  return !status || status->state == 'Z' || status->state == 'X';
}

// Another heapsnap may have let go of it between the refusal and the look at who traces it.
Result<void> seize(pid_t pid, pid_t thread) {
  int error = 0;
  for (int tries = 0; tries < kSeizeTries; ++tries) {
    error = Tracee::seize(thread, 0);
    if (error == 0) return {};
    if (error != EPERM || has_ended(pid, thread)) break;
    if (const Result<void> free = check_tracer(pid, thread); !free) return free;
  }
  return tl::unexpected(cannot_trace(pid, error));
}

}  // namespace

StoppedProcess::StoppedProcess(StoppedProcess&& other) noexcept
    : pid_(other.pid_),
      threads_(std::exchange(other.threads_, {})),
      passed_over_(std::move(other.passed_over_)),
      begin_(other.begin_),
      end_(other.end_) {}

Result<StoppedProcess> StoppedProcess::stop(pid_t pid, bool all, bool* late) {
  StoppedProcess process(pid);
  const Result<void> stopped = process.stop_threads(all);
  if (late != nullptr) *late = process.late_;
  if (!stopped) return tl::unexpected(stopped.error());
  return process;
}

Result<void> StoppedProcess::stop_threads(bool all) {
  begin_ = Clock::now();
  if (!all) {
    if (const int error = Tracee::seize(pid_, 0); error == 0) {
      const Tracee main = threads_.emplace_back(pid_);
      main.interrupt();
      if (const Result<void> stands = await(main); !stands) return stands;
      if (!threads_.empty()) return {};
    }
  }
  while (true) {
    const Result<bool> any = seize_new();
    if (!any) return tl::unexpected(any.error());
    if (!*any) break;
    if (Clock::now() >= begin_ + kForAll) return late(fmt::format(
        "process {} starts threads faster than they can be stopped; try again later", pid_));
  }
  if (threads_.empty()) return tl::unexpected(cannot_trace(pid_, ESRCH));
  return {};
}

bool StoppedProcess::knows(pid_t thread) const {
  return std::ranges::find(threads_, thread, &Tracee::id) != threads_.end() ||
         std::ranges::find(passed_over_, thread) != passed_over_.end();
}

// All are told to stop before one is waited for.
Result<bool> StoppedProcess::seize_new() {
  std::vector<Tracee> fresh;
  Result<bool> any = false;
  for (const pid_t thread : threads_of(pid_)) {
    if (knows(thread)) continue;
    any = true;
    if (const Result<void> seized = seize(pid_, thread); !seized) {
      passed_over_.push_back(thread);
      if (has_ended(pid_, thread)) continue;
      any = tl::unexpected(seized.error());
      break;
    }
    fresh.emplace_back(thread).interrupt();
    threads_.emplace_back(thread);
  }
  for (const Tracee& thread : fresh) {
    const Result<void> stands = await(thread);
    if (!stands && any) any = tl::unexpected(stands.error());
  }
  return any;
}

Result<void> StoppedProcess::await(Tracee thread) {
  const auto deadline = Clock::now() + kPatience;
  while (true) {
    const Stop stop = thread.wait(deadline);
    switch (stop.kind) {
      case Stop::Kind::kStopped:
        return {};
      case Stop::Kind::kSignal:
        thread.go_on(stop.number);
        break;
      case Stop::Kind::kGone:
        passed_over_.push_back(thread.id());
        std::erase_if(threads_, [&](const Tracee& other) { return other.id() == thread.id(); });
        return {};
      case Stop::Kind::kRunning:
        return late(fmt::format(
            "thread {} of process {} does not stop: it waits in the kernel; try again later",
            thread.id(), pid_));
      default:
        thread.go_on();
    }
  }
}

tl::unexpected<Error> StoppedProcess::late(std::string why) {
  late_ = true;
  return failure(ErrorCode::kCapture, std::move(why));
}

void StoppedProcess::release() {
  if (threads_.empty()) return;
  std::erase_if(threads_, [](const Tracee& thread) { return thread.detach(); });
  end_ = Clock::now();
  // One that did not stop in time is about to: it can be let go only when it does. What does not
  // even then is let go when this process ends.
  for (const Tracee& thread : std::exchange(threads_, {})) {
    if (thread.wait(Clock::now() + kLater).kind != Stop::Kind::kRunning) thread.detach();
  }
}

void StoppedProcess::release_others() {
  std::erase_if(threads_, [this](const Tracee& other) {
    return other.id() != thread().id() && other.detach();
  });
}

std::chrono::nanoseconds StoppedProcess::duration() const {
  return (threads_.empty() ? end_ : Clock::now()) - begin_;
}

}  // namespace heapsnap
