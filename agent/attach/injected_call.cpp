#include "agent/attach/injected_call.h"

#include <sys/ptrace.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/foreign_memory.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/python_process.h"

namespace heapsnap {
namespace {

constexpr std::chrono::seconds kPatience{60};  // to copy the page tables of a huge process
constexpr std::chrono::milliseconds kLook{100};
constexpr int kMostWaits = 10;                 // looks in a row that find it waiting
constexpr std::chrono::seconds kAfterwards{5};  // when those whom it may wait for are let go
constexpr std::uint64_t kAllSignals = ~std::uint64_t{0};
constexpr int kMostStops = 10'000;  // of one call; each SIGSTOP that comes meanwhile is one

// A call that was not made since a signal was there first. The kernel makes it again.
bool is_restarted(long result) {
  constexpr long kRestartSys = -512, kRestartNoIntr = -513, kRestartNoHand = -514;
  return result == kRestartSys || result == kRestartNoIntr || result == kRestartNoHand;
}

// Whether a thread stands in a sequence of instructions that has to begin again when it was
// interrupted. The kernel sends it back on its way out, but not if it is elsewhere by then.
bool is_in_sequence(const ForeignMemory& memory, Tracee thread, Address instruction) {
  struct {
    std::uint32_t version, flags;
    std::uint64_t start, size, abort;
  } sequence = {};
  constexpr std::uint64_t kPointer = 8;  // in the area, after two numbers of the processor
  const std::uint64_t area = thread.sequence_area();
  const Address place = area == 0 ? 0 : memory.word(area + kPointer);
  return place != 0 && memory.read(place, &sequence, sizeof sequence) &&
         instruction - sequence.start < sequence.size;
}

}  // namespace

Result<InjectedCall> InjectedCall::prepare(Tracee thread, const Workplace& place) {
  const Result<void> same = check_workplace(place, thread.id());
  if (!same) return tl::unexpected(same.error());
  Registers own;
  std::uint64_t mask = 0;
  if (!thread.registers(own) || !thread.signal_mask(mask)) {
    return tl::unexpected(gone(place.pid));
  }
  if (is_in_sequence(LiveMemory(place.pid), thread, own.rip)) {
    return passing_failure(fmt::format("thread {} of process {} is in a restartable sequence",
                                       thread.id(), place.pid));
  }
  InjectedCall call(place.pid, thread, own, mask,
                    ReturnChain(place.sites, own, mask, thread.extended_state()));
  const auto stack = std::ranges::find_if(
      place.maps, [&](const MappedRange& mapping) { return mapping.holds(own.rsp - 1); });
  // The main thread's grows, and may have grown since the mappings were read.
  const bool grows = stack == place.maps.end() || stack->path == "[stack]";
  call.stack_end_ = grows ? 0 : stack->start;
  return call;
}

Result<long> InjectedCall::run(const SystemCall& call, Address stack, std::uint64_t options) {
  if (const auto left = leave(call, stack, options); !left) return tl::unexpected(left.error());
  const Result<long> result = make();
  if (!result) return result;
  if (const auto back = come_back(); !back) return tl::unexpected(back.error());
  return result;
}

Result<void> InjectedCall::leave(const SystemCall& call, Address stack, std::uint64_t options) {
  if (!thread_.set_options(PTRACE_O_TRACESYSGOOD | options)) return tl::unexpected(gone(pid_));
  const LiveMemory memory(pid_);
  overwritten_.resize(chain_.bytes().size());
  if (!is_room() || !memory.read(chain_.start(), overwritten_.data(), overwritten_.size()) ||
      !memory.write(chain_.start(), chain_.bytes().data(), chain_.bytes().size())) {
    return passing_failure(fmt::format("thread {} of process {} has no room left on its stack",
                                       thread_.id(), pid_));
  }
  const Registers away =
      registers_for(own_, call, chain_.system_call(), stack == 0 ? chain_.start() : stack);
  if (!thread_.set_registers(away) || !thread_.set_signal_mask(kAllSignals)) {
    return tl::unexpected(gone(pid_));
  }
  return {};
}

// A stack that grows does so when it is used, and for a tracer when it is asked for a word there.
bool InjectedCall::is_room() const {
  return chain_.start() >= stack_end_ && thread_.touch(chain_.start());
}

// A thread that copies page tables runs, however long that takes. One that waits may do so for a
// thread that stands still because of us, as that which serves a userfaultfd.
Stop InjectedCall::wait_for_stop() {
  const auto latest = std::min(latest_, Clock::now() + kPatience);
  for (int waits = 0; !late_ && waits < kMostWaits;) {
    const Stop stop = thread_.wait(Clock::now() + kLook);
    if (stop.kind != Stop::Kind::kRunning) return stop;
    if (Clock::now() >= latest) break;
    const auto status = status_of_thread(pid_, thread_.id());
    if (!status || status->has_ended()) return {Stop::Kind::kGone, 0};
    waits = status->state == 'R' ? 0 : waits + 1;
  }
  if (!std::exchange(late_, true)) on_late_();
  return thread_.wait(Clock::now() + kAfterwards);
}

Result<Stop> InjectedCall::next_stop() {
  const Stop stop = wait_for_stop();
  if (stop.kind == Stop::Kind::kGone) return tl::unexpected(gone(pid_));
  if (stop.kind == Stop::Kind::kRunning) {
    return failure(ErrorCode::kCapture,
                   fmt::format("process {} does not get on with a system call", pid_));
  }
  if (stop.kind == Stop::Kind::kSignal) stop_later_ = stop_later_ || stop.number == SIGSTOP;
  return stop;
}

Result<long> InjectedCall::make() {
  Registers after;
  for (int edges = 0, stops = 0; edges < 2;) {  // the entry and the exit of the call
    if (++stops > kMostStops) return give_up();
    if (!thread_.go_on_to_system_call()) return tl::unexpected(gone(pid_));
    const Result<Stop> stop = next_stop();
    if (!stop) return tl::unexpected(stop.error());
    if (stop->kind == Stop::Kind::kEvent) {
      child_ = static_cast<pid_t>(thread_.event_message());
      on_child_(child_);
    }
    if (stop->kind != Stop::Kind::kSystemCall) continue;
    if (++edges < 2) continue;
    if (!thread_.registers(after)) return tl::unexpected(gone(pid_));
    if (is_restarted(static_cast<long>(after.rax))) edges = 0;
  }
  return static_cast<long>(after.rax);
}

// Of a call that faults, or is interrupted for ever.
tl::unexpected<Error> InjectedCall::give_up() {
  if (const auto back = come_back(); !back) return tl::unexpected(back.error());
  return passing_failure(fmt::format("process {} cannot be made to call the kernel", pid_));
}

// SIGCONT came after SIGSTOP, and would be lost by another one.
bool InjectedCall::is_to_continue() const {
  const auto status = status_of_thread(pid_, thread_.id());
  return status && (status->pending >> (SIGCONT - 1) & 1) != 0;
}

// The kernel begins an interrupted wait again only on the way out of a stop of this kind.
Result<void> InjectedCall::come_back() {
  if (!thread_.interrupt()) return tl::unexpected(gone(pid_));
  for (Stop::Kind kind = Stop::Kind::kRunning; kind != Stop::Kind::kStopped;) {
    if (!thread_.go_on()) return tl::unexpected(gone(pid_));
    const Result<Stop> stop = next_stop();
    if (!stop) return tl::unexpected(stop.error());
    kind = stop->kind;
  }
  if (!thread_.set_signal_mask(mask_) || !thread_.set_registers(own_)) {
    return tl::unexpected(gone(pid_));
  }
  thread_.set_options(0);
  LiveMemory(pid_).write(chain_.start(), overwritten_.data(), overwritten_.size());
  if (stop_later_ && !is_to_continue()) kill(pid_, SIGSTOP);
  return {};
}

}  // namespace heapsnap
