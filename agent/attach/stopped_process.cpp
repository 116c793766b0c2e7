#include "agent/attach/stopped_process.h"

#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/other_tracer.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/python_process.h"

namespace heapsnap {
namespace {

constexpr std::chrono::milliseconds kPatience{400};  // for threads to stop
constexpr std::chrono::seconds kForAll{2};           // for no new thread to appear
constexpr std::chrono::seconds kLater{5};            // for those that did not, while others run

constexpr int kSeizeTries = 3;

bool has_ended(pid_t pid, pid_t thread) {
  const auto status = status_of_thread(pid, thread);
  return !status || status->has_ended();
}

std::vector<Tracee>& left_behind() {
  static std::vector<Tracee> threads;
  return threads;
}

bool is_ours(pid_t pid, pid_t thread) {
  const auto status = status_of_thread(pid, thread);
  return status && status->tracer == getpid();
}

// A thread that executes another program waits for the others' end, and those that are traced have
// ended when their tracer has waited for them. Who seizes a further one meanwhile waits for the
// first (fs/exec.c, de_thread(); kernel/ptrace.c, cred_guard_mutex), and nobody gets on. A signal
// interrupts the seizing; then those that have ended are waited for.
class ReapsMeanwhile {
 public:
  explicit ReapsMeanwhile(std::size_t most) : threads_(most) {
    current = this;
    struct sigaction reap = {};
    reap.sa_handler = [](int) { current->reap(); };
    reap.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &reap, &action_);
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm, &mask_);
    const itimerval often = {{0, kEvery}, {0, kEvery}};
    setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~ReapsMeanwhile() {
    const itimerval never = {};
    setitimer(ITIMER_REAL, &never, nullptr);
    pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    sigaction(SIGALRM, &action_, nullptr);
    current = nullptr;
  }
  ReapsMeanwhile(const ReapsMeanwhile&) = delete;
  ReapsMeanwhile& operator=(const ReapsMeanwhile&) = delete;

  void add(pid_t thread) {
    threads_[count_] = thread;
    ++count_;
  }

 private:
  static constexpr suseconds_t kEvery = 20'000;  // us; seizing a thread takes some

  // Stops are left for those who wait for them.
  void reap() const {
    const int error = errno;
    for (std::size_t i = 0; i < count_; ++i) {
      const auto thread = static_cast<id_t>(threads_[i]);
      siginfo_t news = {};
      const int found = waitid(P_PID, thread, &news, WEXITED | WNOHANG | WNOWAIT | __WALL);
      const bool ended = news.si_code == CLD_EXITED || news.si_code == CLD_KILLED ||
                         news.si_code == CLD_DUMPED;
      if (found == 0 && ended) waitid(P_PID, thread, &news, WEXITED | WNOHANG | __WALL);
    }
    errno = error;
  }

  static inline ReapsMeanwhile* current = nullptr;
  std::vector<pid_t> threads_;
  std::atomic<std::size_t> count_ = 0;
  struct sigaction action_;
  sigset_t mask_;
};

// Another heapsnap may have let go of it between the refusal and the look at who traces it. It is
// ours already if an earlier stop had to leave it behind; it has been told to stop then.
Result<void> seize(pid_t pid, pid_t thread) {
  int error = 0;
  for (int tries = 0; tries < kSeizeTries; ++tries) {
    error = Tracee::seize(thread, 0);
    if (error == 0) return {};
    if (error != EPERM || has_ended(pid, thread)) break;
    if (is_ours(pid, thread)) {
      std::erase_if(left_behind(), [&](const Tracee& late) { return late.id() == thread; });
      return {};
    }
    if (const Result<void> free = check_tracer(pid, thread); !free) return free;
  }
  return tl::unexpected(cannot_trace(pid, error));
}

// Also those that have ended, in whatever order the kernel tells of their ends.
void let_go_if_stopped(std::vector<Tracee>& threads) {
  std::erase_if(threads, [](const Tracee& thread) {
    const Stop stop = thread.wait(Clock::now());
    if (stop.kind == Stop::Kind::kRunning) return false;
    if (stop.kind == Stop::Kind::kGone) return true;
    return thread.detach(stop.kind == Stop::Kind::kSignal ? stop.number : 0);
  });
}

}  // namespace

StoppedProcess::StoppedProcess(StoppedProcess&& other) noexcept
    : pid_(other.pid_),
      threads_(std::exchange(other.threads_, {})),
      passed_over_(std::move(other.passed_over_)),
      begin_(other.begin_),
      end_(other.end_) {}

Result<StoppedProcess> StoppedProcess::stop(pid_t pid, Threads threads, bool* late) {
  StoppedProcess process(pid);
  const Result<void> stopped = process.stop_threads(threads);
  if (late != nullptr) *late = process.late_;
  if (!stopped) return tl::unexpected(stopped.error());
  return process;
}

Result<void> StoppedProcess::stop_threads(Threads threads) {
  release_late();
  begin_ = Clock::now();
  if (threads == Threads::kOne) {
    if (const int error = Tracee::seize(pid_, 0); error == 0) {
      const Tracee main = threads_.emplace_back(pid_);
      main.interrupt();
      const auto deadline = Clock::now() + kPatience;
      if (const Result<void> stands = await(main, deadline); !stands) return stands;
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
  if (threads_.empty()) return tl::unexpected(gone(pid_));
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
  const std::vector<pid_t> threads = threads_of(pid_);
  {
    ReapsMeanwhile reaping(threads.size());
    for (const pid_t thread : threads) {
      if (knows(thread)) continue;
      any = true;
      if (const Result<void> seized = seize(pid_, thread); !seized) {
        passed_over_.push_back(thread);
        if (has_ended(pid_, thread)) continue;
        any = tl::unexpected(seized.error());
        break;
      }
      reaping.add(thread);
      fresh.emplace_back(thread).interrupt();
      threads_.emplace_back(thread);
    }
  }
  // The main thread last: where the process was killed, its end is told after that of all others.
  const auto deadline = Clock::now() + kPatience;
  for (auto thread = fresh.rbegin(); any && thread != fresh.rend(); ++thread) {
    const Result<void> stands = await(*thread, deadline);
    if (!stands) any = tl::unexpected(stands.error());
  }
  return any;
}

Result<void> StoppedProcess::await(Tracee thread, Clock::time_point deadline) {
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
  std::vector<Tracee> late = std::exchange(threads_, {});
  std::erase_if(late, [](const Tracee& thread) { return thread.detach(); });
  end_ = Clock::now();
  const auto deadline = end_ + kLater;
  for (let_go_if_stopped(late); !late.empty() && Clock::now() < deadline; let_go_if_stopped(late)) {
    await_child(deadline - Clock::now());
  }
  left_behind().insert(left_behind().end(), late.begin(), late.end());
}

void StoppedProcess::release_late() { let_go_if_stopped(left_behind()); }

void StoppedProcess::release_others() {
  std::erase_if(threads_, [this](const Tracee& other) {
    return other.id() != thread().id() && other.detach();
  });
}

std::chrono::nanoseconds StoppedProcess::duration() const {
  return (threads_.empty() ? end_ : Clock::now()) - begin_;
}

}  // namespace heapsnap
