#include "agent/attach/injected_call.h"

#include <sys/ptrace.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fmt/format.h>

#include "agent/attach/foreign_memory.h"
#include "agent/attach/python_process.h"

namespace heapsnap {
namespace {

constexpr std::chrono::seconds kPatience{60};  // to copy the page tables of a huge process
constexpr std::uint64_t kAllSignals = ~std::uint64_t{0};

}  // namespace

Error InjectedCall::gone() const { return cannot_trace(pid_, ESRCH); }

Result<InjectedCall> InjectedCall::prepare(pid_t pid, Tracee thread, const CodeSites& sites,
                                           const std::vector<MappedRange>& maps) {
  Registers own;
  std::uint64_t mask = 0;
  if (!thread.registers(own) || !thread.signal_mask(mask)) {
    return tl::unexpected(cannot_trace(pid, ESRCH));
  }
  InjectedCall call(pid, thread, own, mask, ReturnChain(sites, own, mask, thread.extended_state()));
  const auto stack = std::ranges::find_if(
      maps, [&](const MappedRange& mapping) { return mapping.holds(own.rsp - 1); });
  // The main thread's stack may have grown since the mappings were read.
  call.stack_end_ = stack == maps.end() ? 0 : stack->start;
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
  const LiveMemory memory(pid_);
  overwritten_.resize(chain_.bytes().size());
  if (chain_.start() < stack_end_ ||
      !memory.read(chain_.start(), overwritten_.data(), overwritten_.size()) ||
      !memory.write(chain_.start(), chain_.bytes().data(), chain_.bytes().size())) {
    return failure(ErrorCode::kCapture,
                   fmt::format("thread {} of process {} has no room left on its stack; try again",
                               thread_.id(), pid_));
  }
  const Registers away =
      registers_for(own_, call, chain_.system_call(), stack == 0 ? chain_.start() : stack);
  if (!thread_.set_options(PTRACE_O_TRACESYSGOOD | options) || !thread_.set_registers(away) ||
      !thread_.set_signal_mask(kAllSignals)) {
    return tl::unexpected(gone());
  }
  return {};
}

// The next stop that is one of the call's own.
Result<Stop> InjectedCall::next_stop() {
  while (true) {
    const Stop stop = thread_.wait(Clock::now() + kPatience);
    switch (stop.kind) {
      case Stop::Kind::kGone:
        return tl::unexpected(gone());
      case Stop::Kind::kRunning:
        return failure(ErrorCode::kCapture,
                       fmt::format("process {} does not get on with a system call", pid_));
      case Stop::Kind::kSignal:
        stop_later_ = stop_later_ || stop.number == SIGSTOP;  // no other one is let through
        thread_.go_on();
        break;
      default:
        return stop;
    }
  }
}

Result<long> InjectedCall::make() {
  for (int edges = 0; edges < 2;) {  // the entry and the exit of the call
    if (!thread_.go_on_to_system_call()) return tl::unexpected(gone());
    const Result<Stop> stop = next_stop();
    if (!stop) return tl::unexpected(stop.error());
    if (stop->kind == Stop::Kind::kSystemCall) ++edges;
    if (stop->kind != Stop::Kind::kEvent) continue;
    child_ = static_cast<pid_t>(thread_.event_message());
    on_child_(child_);
  }
  Registers after;
  if (!thread_.registers(after)) return tl::unexpected(gone());
  return static_cast<long>(after.rax);
}

// The kernel begins an interrupted wait again only on the way out of a stop of this kind.
Result<void> InjectedCall::come_back() {
  if (!thread_.interrupt() || !thread_.go_on()) return tl::unexpected(gone());
  const Result<Stop> stop = next_stop();
  if (!stop) return tl::unexpected(stop.error());
  if (!thread_.set_signal_mask(mask_) || !thread_.set_registers(own_)) {
    return tl::unexpected(gone());
  }
  thread_.set_options(0);
  LiveMemory(pid_).write(chain_.start(), overwritten_.data(), overwritten_.size());
  if (stop_later_) kill(pid_, SIGSTOP);
  return {};
}

}  // namespace heapsnap
