#include "agent/module/guard.h"

#include <signal.h>
#include <sys/time.h>

#include <cstdint>
#include <iterator>

#include "agent/module/system_calls.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kTick = 300 * kMillisecond;
constexpr std::uint64_t kBusy = 150 * kMillisecond;  // processor time without progress: a loop
constexpr unsigned kPatience = 10;                   // ticks without progress: blocked
constexpr unsigned kLastTick = 400;                  // outside of an object: give up

using Handler = void (*)(int, siginfo_t*, void*);

// As the kernel has it; the C library's differs.
struct Action {
  std::uint64_t handler;  // a Handler, or one of these:
  unsigned long flags;
  void (*restorer)();
  unsigned long mask;
};

constexpr std::uint64_t kDefault = 0;            // SIG_DFL
constexpr std::uint64_t kIgnore = 1;             // SIG_IGN
constexpr unsigned long kRestorer = 0x04000000;  // SA_RESTORER
constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr int kLastSignal = 64;
constexpr int kFirstFreeSignal = 34;

Recovery* guarded = nullptr;
long walking_thread = 0;
void (*give_up)(int signal) = nullptr;  // nullptr: in place
Action before[std::size(kFaults)];
Action timer_before;
stack_t stack_before;
char handler_stack[64 * 1024];

struct {
  std::uint64_t progress;
  std::uint64_t processor_ns;
  unsigned ticks;
} last_look;

constexpr unsigned long bit(int signal) { return 1ul << (signal - 1); }

constexpr unsigned long fault_bits() {
  unsigned long bits = 0;
  for (const int signal : kFaults) bits |= bit(signal);
  return bits;
}

long thread_id() { return system_call(SYS_gettid); }

// Where a handler returns to.
extern "C" void heapsnap_return_from_signal();
asm(".text\n"
    ".hidden heapsnap_return_from_signal\n"
    ".globl heapsnap_return_from_signal\n"
    "heapsnap_return_from_signal:\n"
    "  mov $15, %eax\n"  // rt_sigreturn
    "  syscall\n");

long set_action(int signal, const Action* action, Action* earlier) {
  return system_call(SYS_rt_sigaction, signal, action, earlier, sizeof action->mask);
}

void set_mask(int how, unsigned long mask, unsigned long* earlier) {
  system_call(SYS_rt_sigprocmask, how, &mask, earlier, sizeof mask);
}

// A fault that is none of ours: what would have happened without us.
void pass_on(int signal, siginfo_t* details, void* context) {
  const Action* earlier = before;
  for (std::size_t i = 0; kFaults[i] != signal; ++i) ++earlier;
  if (earlier->handler > kIgnore) {
    return reinterpret_cast<Handler>(earlier->handler)(signal, details, context);
  }
  const bool was_sent = details->si_code <= 0;  // by kill(), not by an instruction
  if (was_sent && earlier->handler == kIgnore) return;
  set_action(signal, earlier, nullptr);  // an instruction faults again, and the system acts
  if (was_sent) system_call(SYS_tgkill, system_call(SYS_getpid), thread_id(), signal);
}

void on_fault(int signal, siginfo_t* details, void* context) {
  if (thread_id() == walking_thread) recover(*guarded, FaultReason::kMemoryFault);
  if (give_up != nullptr) give_up(signal);
  pass_on(signal, details, context);
}

void on_tick(int signal, siginfo_t*, void*) {
  if (thread_id() != walking_thread) return;
  const std::uint64_t processor_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  if (guarded->progress != last_look.progress) {
    last_look = {guarded->progress, processor_ns, 0};
    return;
  }
  ++last_look.ticks;
  if (processor_ns - last_look.processor_ns >= kBusy || last_look.ticks >= kPatience) {
    recover(*guarded, FaultReason::kNoProgress);  // returns if no object is at hand
    if (give_up != nullptr && last_look.ticks >= kLastTick) give_up(signal);
  }
}

void watch(Recovery& recovery, void (*abandon)(int)) {
  recovery.armed = 0;  // a copy may have been made while another interpreter's walk was on
  guarded = &recovery;
  give_up = abandon;
  walking_thread = thread_id();
  last_look = {~std::uint64_t{0}, 0, 0};
}

Action action_of(Handler handler) {
  // NODEFER: recover() leaves the handler by a jump, and the next fault must come through.
  return {word_of(handler), SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART | kRestorer,
          heapsnap_return_from_signal, 0};
}

void catch_faults(Action* earlier) {
  const Action action = action_of(on_fault);
  for (std::size_t i = 0; i < std::size(kFaults); ++i) {
    set_action(kFaults[i], &action, earlier == nullptr ? nullptr : earlier + i);
  }
}

bool use_own_stack(stack_t* earlier) {
  stack_t stack = {};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  return system_call(SYS_sigaltstack, &stack, earlier) == 0;
}

// A real-time signal that nobody handles; 0: none.
int free_signal() {
  for (int signal = kLastSignal; signal >= kFirstFreeSignal; --signal) {
    Action action = {};
    const long result = set_action(signal, nullptr, &action);
    if (result == 0 && action.handler == kDefault) return signal;
  }
  return 0;
}

// Takes what is still waiting of these signals.
void drain(unsigned long signals) {
  const timespec now = {};
  while (system_call(SYS_rt_sigtimedwait, &signals, 0, &now, sizeof signals) > 0) {
  }
}

}  // namespace

void guard_copy(Recovery& recovery, void (*abandon)(int)) {
  watch(recovery, abandon);
  use_own_stack(nullptr);
  catch_faults(nullptr);
  const Action action = action_of(on_tick);
  set_action(SIGALRM, &action, nullptr);
  const Action on_abort = action_of(on_fault);
  set_action(SIGABRT, &on_abort, nullptr);
  const timeval tick = {0, static_cast<suseconds_t>(kTick / 1000)};
  const itimerval timer = {tick, tick};
  system_call(SYS_setitimer, ITIMER_REAL, &timer, 0);
  set_mask(SIG_UNBLOCK, fault_bits() | bit(SIGALRM) | bit(SIGABRT), nullptr);
}

ThreadGuard::ThreadGuard(Recovery& recovery) {
  watch(recovery, nullptr);
  set_mask(SIG_BLOCK, bit(SIGPIPE), &mask_);  // of writing to a socket that was closed
  has_stack_ = use_own_stack(&stack_before);
  catch_faults(before);
  set_mask(SIG_UNBLOCK, fault_bits(), nullptr);
  start_watchdog();
}

ThreadGuard::~ThreadGuard() {
  stop_watchdog();
  for (std::size_t i = 0; i < std::size(kFaults); ++i) set_action(kFaults[i], &before[i], nullptr);
  if (has_stack_) system_call(SYS_sigaltstack, &stack_before, 0);
  if ((mask_ & bit(SIGPIPE)) == 0) drain(bit(SIGPIPE));
  set_mask(SIG_SETMASK, mask_, nullptr);
  walking_thread = 0;
}

void ThreadGuard::start_watchdog() {
  const int signal = free_signal();
  if (signal == 0) return;
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = signal;
  event._sigev_un._tid = static_cast<pid_t>(walking_thread);
  if (system_call(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer_) < 0) return;
  timer_signal_ = signal;
  const Action action = action_of(on_tick);
  set_action(signal, &action, &timer_before);
  set_mask(SIG_UNBLOCK, bit(signal), nullptr);
  const timespec tick = {0, static_cast<long>(kTick)};
  const itimerspec times = {tick, tick};
  system_call(SYS_timer_settime, timer_, 0, &times, 0);
}

void ThreadGuard::stop_watchdog() {
  if (timer_signal_ == 0) return;
  set_mask(SIG_BLOCK, bit(timer_signal_), nullptr);
  system_call(SYS_timer_delete, timer_);
  drain(bit(timer_signal_));
  set_action(timer_signal_, &timer_before, nullptr);
}

}  // namespace heapsnap
