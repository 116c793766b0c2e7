#include "agent/attach/remote_fork.h"

#include <algorithm>
#include <span>
#include <thread>

#include <fmt/format.h>

#include "agent/attach/control_group.h"
#include "agent/attach/passing_state.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/seccomp.h"

namespace heapsnap {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kStopsOutsideCollections = 60;  // then one while the collector runs will do
constexpr milliseconds kShortest{1}, kLongest{7};  // between two stops
constexpr milliseconds kRest{2000};                // after one that was long and in vain
constexpr milliseconds kLeastForClone{1000};       // at the end of the time that there is
constexpr std::uint64_t kFewestTracked = 1000;     // of the smallest interpreter: thousands

class RemoteFork {
 public:
  RemoteFork(const ForkOrders& orders, const ForkHost& host, const PythonProcess& python,
             const Workplace& place)
      : orders_(orders),
        host_(host),
        python_(python),
        place_(place),
        key_(text_key_of(python, LiveMemory(python.pid))),
        deadline_(Clock::now() + orders.timeout) {}

  Result<ForkOutcome> run() {
    while (true) {
      const Result<bool> done = attempt();
      if (done && *done) return outcome_;
      if (!done && !late_) return tl::unexpected(done.error());
      if (!host_.wanted()) return failure(ErrorCode::kCapture, "the capture was given up");
      if (Clock::now() >= deadline_) return tl::unexpected(too_late(done));
      pause();
    }
  }

 private:
  // False: the copy, or the instant, was no good, and another one may be.
  Result<bool> attempt() {
    late_ = false;
    const Result<void> room = check_memory_room(python_.pid);
    if (!room) return tl::unexpected(room.error());
    ++outcome_.attempts;
    const auto begin = Clock::now();
    Result<StoppedProcess> stopped = StoppedProcess::stop(python_.pid, Threads::kAll, &late_);
    if (!stopped) {
      outcome_.pause += Clock::now() - begin;
      return tl::unexpected(stopped.error());
    }
    const bool collecting = is_collecting(python_);
    if (collecting && outcome_.attempts <= kStopsOutsideCollections) {
      stopped->release();
      outcome_.pause += stopped->duration();
      return false;
    }
    const auto latest = std::max(deadline_, Clock::now() + kLeastForClone);
    Result<FrozenCopy> copy =
        FrozenCopy::make(python_, *stopped, place_, {latest, host_.made, host_.wanted});
    if (!copy) return tl::unexpected(copy.error());
    outcome_.pause += stopped->duration();
    outcome_.collecting = collecting;
    return walk(*copy);
  }

  Result<bool> walk(FrozenCopy& copy) {
    Orders orders;
    orders.target = python_.target;
    orders.strings = orders_.texts.strings;
    orders.prefix = orders_.texts.prefix;
    std::copy_n(key_.key, 2, orders.hash_key);
    orders.least_tracked = kFewestTracked;
    const std::vector<std::uint8_t> facts =
        snapshot_facts(python_, orders_.texts, key_,
                       {"remote-fork", "fork", outcome_.pause, outcome_.collecting, nullptr,
                        collector_is_on(python_, LiveMemory(copy.pid()))});
    const Result<CopyReport> report = CopyWalk(copy).run(orders, facts, host_.send, host_.wanted);
    outcome_.reaped = copy.end();
    if (!report) return tl::unexpected(report.error());
    return judge(*report);
  }

  Result<bool> judge(const CopyReport& report) {
    switch (report.walk.status) {
      case WalkStatus::kLists:
        why_ = report.reason;
        return false;
      case WalkStatus::kUnsupported:
        return failure(ErrorCode::kUnsupported,
                       fmt::format("process {} is not what it seems: {}", python_.pid,
                                   report.reason));
      case WalkStatus::kMemory:
      case WalkStatus::kOutput:
      case WalkStatus::kRoom:
        return failure(ErrorCode::kCapture, report.reason.empty() ? "the walk ended early"
                                                                  : report.reason);
      case WalkStatus::kComplete:
      case WalkStatus::kIncomplete:
        break;
    }
    outcome_.incomplete = report.reason;
    return true;
  }

  Error too_late(const Result<bool>& last) const {
    if (!last) return last.error();
    return {ErrorCode::kCapture,
            fmt::format("process {} was stopped {} times, and each time {}; try again with a "
                        "longer --timeout",
                        python_.pid, outcome_.attempts,
                        why_.empty() ? "its collector was running" : why_),
            {}};
  }

  // Of a length that does not keep step with what the process does; a long one after a stop that
  // was long and in vain.
  void pause() {
    const auto span = static_cast<unsigned>((kLongest - kShortest).count());
    const milliseconds step = kShortest + milliseconds(outcome_.attempts * 5 % (span + 1));
    std::this_thread::sleep_for(late_ ? kRest : step);
  }

  const ForkOrders& orders_;
  const ForkHost& host_;
  const PythonProcess& python_;
  const Workplace& place_;
  const TextKey key_;
  const Clock::time_point deadline_;
  ForkOutcome outcome_;
  bool late_ = false;  // the last stop: not all threads stood in time, and another may succeed
  std::string why_;
};

Result<ForkOutcome> fork_of(const PythonProcess& python, const ForkOrders& orders,
                            const ForkHost& host) {
  if (const auto good = check_namespace(orders.pid); !good) return tl::unexpected(good.error());
  const Result<CallPermission> permission = permission_under_seccomp(orders.pid);
  if (!permission) return tl::unexpected(permission.error());
  const Result<Workplace> place = find_workplace(orders.pid, *permission);
  if (!place) return tl::unexpected(place.error());
  if (place->identity != python.identity) return tl::unexpected(replaced(orders.pid));
  reap_dead_copies(orders.pid, *permission);
  return RemoteFork(orders, host, python, *place).run();
}

}  // namespace

Result<void> check_namespace(pid_t pid) {
  const std::string own = link_of(pid, "ns/pid");
  if (own.empty() || own == link_of(pid, "ns/pid_for_children")) return {};
  return failure(ErrorCode::kCapture,
                 fmt::format("process {} has a pid namespace prepared for its children, which a "
                             "copy would use up: try --method read, or start it with heapsnap run",
                             pid));
}

Result<ForkOutcome> remote_fork(const ForkOrders& orders, const ForkHost& host) {
  bool sent = false;
  ForkHost told = host;
  told.send = [&](std::span<const std::uint8_t> bytes) {
    sent = true;
    return host.send(bytes);
  };
  return try_until(Clock::now() + orders.timeout, [&]() -> Result<ForkOutcome> {
    if (!host.wanted()) return failure(ErrorCode::kCapture, "the capture was given up");
    const Result<PythonProcess> python = find_python(orders.pid);
    if (!python) return tl::unexpected(python.error());
    Result<ForkOutcome> outcome = fork_of(*python, orders, told);
    if (outcome || sent) return outcome;
    return tl::unexpected(or_replaced(*python, outcome.error()));
  });
}

}  // namespace heapsnap
