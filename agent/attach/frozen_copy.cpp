#include "agent/attach/frozen_copy.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/foreign_memory.h"
#include "agent/attach/injected_call.h"
#include "agent/attach/passing_state.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/seccomp.h"

namespace heapsnap {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::milliseconds kAtOnce{20};  // that the process stands still for it
constexpr std::chrono::milliseconds kLook{100};
constexpr int kMostWaits = 50;  // looks in a row that find it waiting
constexpr std::uint64_t kNobody = 0x7FFFFFFF;  // no process has this pid
constexpr int kReapTries = 20;
constexpr std::chrono::milliseconds kReapAgain{10};
constexpr std::string_view kCopyName = "heapsnap-frozen";  // the agent's own have another one
constexpr int kMostStops = 1000;  // of a call
constexpr std::uint64_t kAllSignals = ~std::uint64_t{0};
constexpr std::uint64_t kTraceChildren =
    PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;

// A filter that kills, or asks somebody else, leaves the number of the call where its result is to
// be.
std::string reason_of(long result) {
  if (result >= 0) return "a seccomp filter did not let it";
  return std::strerror(static_cast<int>(-result));
}

std::string why_refused(pid_t pid, long error) {
  return fmt::format("process {} cannot be copied: {}; {}", pid, reason_of(error),
                     error == -EAGAIN   ? "its user has too many processes (RLIMIT_NPROC, pids.max)"
                     : error == -ENOMEM ? "there is too little memory; start it with heapsnap run"
                                        : "try as root, or start it with heapsnap run");
}

Error too_slow(pid_t pid, std::chrono::nanoseconds held) {
  return {ErrorCode::kCapture,
          fmt::format("process {} cannot be copied: its clone takes longer than --timeout, or "
                      "waits for a thread that stands still (userfaultfd); they were let go after "
                      "{} ms: try --method read",
                      pid, std::chrono::ceil<std::chrono::milliseconds>(held).count()),
          {}};
}

// Whether a process can drop its descriptors without closing those of the one that it shares them
// with (Linux 5.9).
bool has_unsharing_close() {
  return syscall(SYS_close_range, ~0u, ~0u, CLOSE_RANGE_UNSHARE) == 0;  // of ours: none
}

struct CloneWays {
  Address pid_place;           // for the copy's pid
  Address own_way, copys_way;  // stacks
  Address name;                // kCopyName
};

// For the case that nobody is there when `clone` returns: the copy exits, and the thread reaps it
// and goes back to where it was.
CloneWays put_ways(ReturnChain& chain) {
  CloneWays ways = {};
  ways.pid_place = chain.add({SYS_wait4, {kNobody, 0, __WALL, 0}});
  ways.own_way = chain.start();
  chain.add({SYS_exit_group, {0}});
  ways.copys_way = chain.start();
  ways.name = chain.put_text(kCopyName);
  return ways;
}

Result<long> call_clone(InjectedCall& call, const CloneWays& ways, std::uint64_t options) {
  const std::uint64_t flags = CLONE_PARENT_SETTID | (has_unsharing_close() ? CLONE_FILES : 0);
  const SystemCall clone = {SYS_clone, {flags, ways.copys_way, ways.pid_place, 0, 0}};
  return call.run(clone, ways.own_way, options | kTraceChildren);
}

// If memory runs out, the copy ends and not the process: to the kernel they are alike until then.
void let_die_first(pid_t copy) {
  const int file =
      open(fmt::format("/proc/{}/oom_score_adj", copy).c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  constexpr std::string_view kFirst = "1000";
  if (write(file, kFirst.data(), kFirst.size()) < 0) errno = 0;  // as it was, then
  close(file);
}

// Nobody else makes children without an exit signal, but for the agent in the process.
bool is_copy_of(const ProcessStat& stat, pid_t parent) {
  return stat.parent == parent && stat.exit_signal == 0;
}

enum class Reaping : std::uint8_t { kOver, kAgain, kNeedsAllStopped };

// `child` is as the parent sees it. Over: it is reaped, or no child of it any more.
Reaping try_to_reap(const StoppedProcess& stopped, Threads threads, const Workplace& place,
                    std::uint64_t child) {
  auto call = InjectedCall::prepare(stopped.thread(), place);
  if (!call) return Reaping::kAgain;
  if (call->is_on_block() && threads == Threads::kOne) return Reaping::kNeedsAllStopped;
  const SystemCall wait = {SYS_wait4, {child, 0, __WALL | WNOHANG, 0}};
  const auto reaped = call->run(wait, 0, place.permission.options);
  return reaped && *reaped == 0 ? Reaping::kAgain : Reaping::kOver;
}

// Has the parent wait for a child that is dead, or is about to be. Returns how long a thread of the
// parent stood still.
std::chrono::nanoseconds reap(pid_t parent, pid_t child, CallPermission permission) {
  std::chrono::nanoseconds stopped_for{0};
  Threads threads = Threads::kOne;
  for (int i = 0; i < kReapTries && child > 0; ++i) {
    if (i > 0) std::this_thread::sleep_for(kReapAgain);
    const auto place = find_workplace(parent, permission);  // it may be another program by now
    if (!place) break;
    Result<StoppedProcess> stopped = try_until(
        Clock::now() + kPatience, [&] { return StoppedProcess::stop(parent, threads); });
    if (!stopped) continue;
    const auto number = static_cast<std::uint64_t>(child);
    const Reaping reaping = try_to_reap(*stopped, threads, *place, number);
    stopped->release();
    stopped_for += stopped->duration();
    if (reaping == Reaping::kOver) break;
    if (reaping == Reaping::kNeedsAllStopped) threads = Threads::kAll;
  }
  return stopped_for;
}

}  // namespace

Result<FrozenCopy> FrozenCopy::make(const PythonProcess& python, StoppedProcess& stopped,
                                    const Workplace& place, const CopyOrders& orders) {
  auto call = InjectedCall::prepare(stopped.thread(), place);
  if (!call) return tl::unexpected(call.error());
  call->on_child([&](pid_t copy) {
    orders.made(copy);
    let_die_first(copy);
  });
  std::chrono::nanoseconds held{0};
  call->on_late(orders.latest, [&] {
    stopped.release_others();
    held = stopped.duration();
  });
  const CloneWays ways = put_ways(call->chain());
  const Result<long> child = call_clone(*call, ways, place.permission.options);
  if (call->is_late()) {
    stopped.release();
    if (call->child() != 0) FrozenCopy(python.pid, call->child(), place).end();
    return tl::unexpected(too_slow(python.pid, held));
  }
  if (call->child() == 0) {
    if (!child) return tl::unexpected(child.error());
    return failure(ErrorCode::kCapture, why_refused(python.pid, *child));
  }
  FrozenCopy copy(python.pid, call->child(), place);
  const Making making = {stopped, Clock::now() + kAtOnce, orders};
  Result<void> settled = copy.settle(making, ways.name);
  if (settled) settled = copy.drop_descriptors(making);
  stopped.release();
  if (!settled) return tl::unexpected(settled.error());
  return copy;
}

// A copy that is made may have to wait for somebody; its process does not, but for a moment.
Stop FrozenCopy::wait(const Making* making) const {
  if (making == nullptr) return thread_.wait(Clock::now() + kPatience);
  Stop stop = thread_.wait(making->soon);
  if (stop.kind == Stop::Kind::kRunning) making->process.release();
  while (stop.kind == Stop::Kind::kRunning && Clock::now() < making->orders.latest &&
         making->orders.wanted()) {
    stop = thread_.wait(Clock::now() + kLook);
  }
  return stop;
}

tl::unexpected<Error> FrozenCopy::lost(const Stop& stop) const {
  const char* how = "was killed";
  if (stop.kind == Stop::Kind::kRunning) {
    how = "waits in the kernel, as for a server of files that does not answer: try --method read";
  } else if (stop.number == SIGSYS) {
    how = "was killed by its seccomp filter";
  }
  return failure(ErrorCode::kCapture, fmt::format("the copy of process {} {}", parent_, how));
}

Result<void> FrozenCopy::settle(const Making& making, Address name) {
  const Stop stop = wait(&making);
  const std::uint64_t options =
      PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | place_.permission.options;
  const bool ours = stop.kind == Stop::Kind::kStopped && thread_.set_options(options) &&
                    thread_.set_signal_mask(kAllSignals) && thread_.registers(registers_);
  if (!ours) return lost(stop);
  const Result<long> named = call({SYS_prctl, {PR_SET_NAME, name}}, &making);
  if (!named) return tl::unexpected(named.error());
  return {};
}

// A copy that has descriptors of its own keeps what the program closes: its peers see no end, its
// ports stay in use. So it shares them, and then gets a table of its own that is empty. It is not
// so from the start: the kernel copies the first 64 and closes them (fs/file.c, dup_fd), which is
// why the process waits for it.
Result<void> FrozenCopy::drop_descriptors(const Making& making) {
  if (!has_unsharing_close()) return {};  // it has its own, and the walker closes them
  const Result<long> done = call({SYS_close_range, {0, ~0u, CLOSE_RANGE_UNSHARE, 0}}, &making);
  if (!done) return tl::unexpected(done.error());
  constexpr int kFiles = 2;  // KCMP_FILES
  const bool apart = syscall(SYS_kcmp, parent_, pid(), kFiles, 0, 0) != 0;  // or it is not told
  if (*done == 0 && apart) return {};
  return failure(ErrorCode::kCapture,
                 fmt::format("the copy of process {} cannot part with its descriptors: {}", parent_,
                             reason_of(*done)));
}

FrozenCopy::FrozenCopy(FrozenCopy&& other) noexcept
    : parent_(other.parent_),
      thread_(other.thread_),
      place_(std::move(other.place_)),
      is_there_(std::exchange(other.is_there_, false)),
      registers_(other.registers_) {}

Result<long> FrozenCopy::call(const SystemCall& call, const Making* making) {
  thread_.set_registers(registers_for(registers_, call, place_.sites.system_call, registers_.rsp));
  for (int edges = 0, stops = 0; edges < 2; ++stops) {
    thread_.go_on_to_system_call();
    const Stop stop = wait(making);
    if (stop.kind == Stop::Kind::kGone || stop.kind == Stop::Kind::kRunning || stops > kMostStops) {
      return lost(stop);
    }
    if (stop.kind == Stop::Kind::kSystemCall) ++edges;
  }
  Registers after;
  if (!thread_.registers(after)) return lost({Stop::Kind::kGone, SIGKILL});
  return static_cast<long>(after.rax);
}

// The memory of a large copy takes the kernel its time. A copy that waits for somebody in the
// kernel ends when that is over, and is reaped by the next capture.
bool FrozenCopy::await_end() const {
  const auto latest = Clock::now() + kPatience;
  for (int waits = 0; waits < kMostWaits && Clock::now() < latest;) {
    const Stop stop = thread_.wait(Clock::now() + kLook);
    if (stop.kind == Stop::Kind::kGone) return true;
    const auto status = status_of(pid());
    waits = status && status->state == 'D' ? waits + 1 : 0;
  }
  return false;
}

std::chrono::nanoseconds FrozenCopy::end() {
  if (!std::exchange(is_there_, false)) return {};
  const auto status = status_of(pid());
  kill(pid(), SIGKILL);
  if (!await_end()) return {};
  // A walk takes its time: the parent may have ended since, or have forbidden itself such calls.
  const auto permission = permission_under_seccomp(parent_);
  if (!permission || identity_of(parent_).started != place_.identity.started) return {};
  return reap(parent_, status ? status->own_pid : pid(), *permission);
}

void end_copy(pid_t parent, pid_t copy) {
  const auto stat = stat_of(copy);
  if (!stat || !is_copy_of(*stat, parent)) return;  // its pid is another process's by now
  kill(copy, SIGKILL);
  const auto status = status_of(copy);
  const auto permission = permission_under_seccomp(parent);
  if (status && permission) reap(parent, status->own_pid, *permission);
}

void reap_dead_copies(pid_t parent, CallPermission permission) {
  for (const pid_t child : children_of(parent)) {
    const auto stat = stat_of(child);
    if (!stat || !is_copy_of(*stat, parent) || stat->name != kCopyName) continue;
    const auto status = status_of(child);
    if (!status || status->tracer != 0) continue;  // of a capture that is under way
    kill(child, SIGKILL);  // without its tracer it is about to die, if it has not
    reap(parent, status->own_pid, permission);
  }
}

}  // namespace heapsnap
