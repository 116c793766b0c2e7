#include "apps/heapsnap/watch/watch_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "agent/attach/passing_state.h"
#include "agent/attach/stopped_process.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/process_identity.h"
#include "agent/attach/python_process.h"
#include "apps/heapsnap/capture/capture_notes.h"
#include "apps/heapsnap/capture/process_words.h"
#include "apps/heapsnap/capture/python_sight.h"
#include "apps/heapsnap/run/poll_timeout.h"
#include "apps/heapsnap/run/signals.h"
#include "apps/heapsnap/watch/process_handle.h"

namespace heapsnap {
namespace {

// Between looks at which processes there are; more often while one is likely to be started again.
constexpr std::chrono::milliseconds kBetweenLooks{1000}, kBetweenLooksSoon{100};
constexpr std::chrono::seconds kSoon{10};  // after the end of the last one
constexpr std::chrono::milliseconds kForItsThreads{1000};  // of a process that ends

// When it started, in ticks since the system began, and its pid: no two processes have both.
using ProcessStart = std::pair<std::uint64_t, pid_t>;

tl::unexpected<Error> cannot_watch(pid_t pid, int error) {
  const char* hint = "";
  if (error == ENOSYS || error == EPERM) {
    hint = ": watch needs pidfd_open, of Linux 5.3 or newer, and allowed by the seccomp profile of "
           "a container";
  }
  if (error == EMFILE) hint = ": try a higher limit of open files (ulimit -n)";
  return failure(ErrorCode::kCapture,
                 fmt::format("process {} cannot be watched: {}{}", pid, strerror(error), hint));
}

class Watcher {
 public:
  Watcher(const WatchPlan& plan, const Say& say, ForwardedSignals& signals)
      : plan_(plan),
        say_(say),
        signals_(signals),
        names_(plan.names, 0, plan.force),
        kept_(plan.keep) {}

  Result<void> begin(pid_t pid) {
    const auto look = [&]() -> Result<PythonProcess> {
      take_signals();
      if (stopped_) return failure(ErrorCode::kCapture, "interrupted");
      return find_python(pid);
    };
    const auto python = try_until(Clock::now() + plan_.orders.timeout, look);
    if (stopped_) return {};
    if (!python && !is_possible(look_at(pid))) return tl::unexpected(python.error());
    const Result<bool> attached = attach(pid);
    if (!attached) return tl::unexpected(attached.error());
    if (!*attached) return cannot_watch(pid, ESRCH);
    return {};
  }

  Result<WatchResult> watch() {
    while (!stopped_) {
      if (!watched_ && plan_.name) {
        if (const auto found = find_next(); !found) return tl::unexpected(found.error());
      }
      if (!watched_ && !plan_.name) break;
      attend();
    }
    return std::move(result_);
  }

 private:
  struct Watched {
    ProcessHandle process;
    Moments moments;
  };

  // Who may not be traced may still have an agent that can be asked.
  bool is_possible(const std::optional<PythonSight>& sight) const {
    if (!sight) return false;
    const std::vector<std::string>& methods = sight->possible.names;
    if (plan_.method == "auto") return !methods.empty();
    return std::ranges::find(methods, plan_.method) != methods.end();
  }

  // False: it has ended meanwhile.
  Result<bool> attach(pid_t pid) {
    auto process = ProcessHandle::open(pid);
    if (!process && errno == ESRCH) return false;
    if (!process) return cannot_watch(pid, errno);
    watched_.emplace(Watched{*std::move(process), Moments(plan_.moments, Moments::Clock::now())});
    waits_ = false;
    passed_over_.clear();
    ++result_.processes;
    say(fmt::format("watching process {}: {}", pid, shortened(words_of(pid))));
    return true;
  }

  // The oldest that has the name and can be captured.
  Result<void> find_next() {
    std::vector<ProcessStart> found;
    for (const pid_t pid : all_processes()) {
      if (pid == getpid() || !is_called(words_of(pid), *plan_.name)) continue;
      const auto stat = stat_of(pid);
      const auto sight = look_at(pid);
      if (!stat || !sight) continue;
      if (!is_possible(sight)) {
        pass_over(*sight, {stat->started, pid});
      } else {
        found.emplace_back(stat->started, pid);
      }
    }
    if (found.size() > 1) {
      say(fmt::format("{} processes are called {}: the oldest is watched", found.size(),
                      plan_.name_text));
    }
    if (!found.empty()) {
      const Result<bool> attached = attach(std::ranges::min(found).second);
      if (!attached) return tl::unexpected(attached.error());
      if (*attached) return {};
    }
    if (!std::exchange(waits_, true)) {
      say(fmt::format("waiting for a Python process that is called {}", plan_.name_text));
    }
    return {};
  }

  // It may be that it only begins: then it is looked at again, but said once.
  void pass_over(const PythonSight& sight, ProcessStart start) {
    if (!passed_over_.insert(start).second) return;
    say(fmt::format("process {} is not watched yet: {}", sight.pid, why_not(sight)));
  }

  std::string why_not(const PythonSight& sight) const {
    if (sight.possible.names.empty()) return sight.possible.why;
    return fmt::format("it cannot be captured by {}, but by {}", plan_.method,
                       fmt::join(sight.possible.names, ", "));
  }

  // Waits for the next thing to happen, and sees to it.
  void attend() {
    const auto now = Moments::Clock::now();
    const auto rest = watched_                ? watched_->moments.rest(now)
                      : now < expected_until_ ? kBetweenLooksSoon
                                              : kBetweenLooks;
    pollfd sources[] = {{signals_.fd(), POLLIN, 0},
                        {watched_ ? watched_->process.fd() : -1, POLLIN, 0}};
    poll(sources, std::size(sources), poll_timeout(rest));
    take_signals();
    StoppedProcess::release_late();  // SIGCHLD has woken us
    if (stopped_ || !watched_) return;
    if (watched_->process.has_ended()) {
      say(fmt::format("process {} has ended", watched_->process.pid()));
      watched_.reset();
      expected_until_ = Moments::Clock::now() + kSoon;
      return;
    }
    const Cause cause = watched_->moments.due(watched_->process.pid(), Moments::Clock::now());
    if (cause != Cause::kNone) capture(cause);
    watched_->moments.pass(Moments::Clock::now());
  }

  void take_signals() {
    while (const auto signal = signals_.forward_next(0)) {
      if (signals_.is_ending(*signal)) stopped_ = true;
    }
  }

  void capture(Cause cause) {
    CaptureOrders orders = plan_.orders;
    orders.pid = watched_->process.pid();
    orders.settings.trigger = word_of(cause);
    const Result<Captured> captured = capture_by(plan_.method, orders, names_);
    if (!captured) {
      if (is_at_its_end(watched_->process)) return;  // which is said next
      ++result_.failed;
      say_({Note::Kind::kError, fmt::format("no snapshot of process {}: {}", orders.pid,
                                            captured.error().message)});
      return;
    }
    ++result_.captured;
    result_.newest = captured->snapshot.path;
    const KeptFiles::Removal kept = kept_.add(captured->snapshot.path);
    result_.removed += kept.removed.size();
    say(summary_of(captured->snapshot) + removal(kept.removed));
    for (const std::string& warning : warnings_of(*captured)) warn(warning);
    for (const std::string& warning : kept.warnings) warn(warning);
    if (kept_.too_large()) {
      warn(fmt::format("{} alone is larger than --max-disk allows", result_.newest));
    }
  }

  // Its memory goes before all of its threads have.
  static bool is_at_its_end(const ProcessHandle& process) {
    const bool is_going = !identity_of(process.pid()).has_memory();
    return process.has_ended(is_going ? kForItsThreads : std::chrono::milliseconds(0));
  }

  void say(const std::string& text) { say_({Note::Kind::kSays, text}); }
  void warn(const std::string& warning) { say_({Note::Kind::kWarning, warning}); }

  static std::string removal(const std::vector<std::string>& removed) {
    if (removed.empty()) return "";
    if (removed.size() == 1) return fmt::format("; removed {}", removed.front());
    return fmt::format("; removed {} files, up to {}", removed.size(), removed.back());
  }

  const WatchPlan& plan_;
  const Say& say_;
  ForwardedSignals& signals_;
  SnapshotNames names_;
  KeptFiles kept_;
  std::optional<Watched> watched_;
  std::set<ProcessStart> passed_over_;
  Moments::Clock::time_point expected_until_ = {};  // another one
  bool waits_ = false;
  bool stopped_ = false;
  WatchResult result_;
};

}  // namespace

Result<WatchResult> watch_process(const WatchPlan& plan, const Say& say) {
  Result<ForwardedSignals> signals = ForwardedSignals::hold();
  if (!signals) return tl::unexpected(signals.error());
  Watcher watcher(plan, say, *signals);
  if (!plan.name) {
    if (const auto begun = watcher.begin(plan.orders.pid); !begun) {
      return tl::unexpected(begun.error());
    }
  }
  return watcher.watch();
}

}  // namespace heapsnap
