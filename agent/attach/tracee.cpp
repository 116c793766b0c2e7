#include "agent/attach/tracee.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace heapsnap {
namespace {

constexpr std::size_t kMostState = std::size_t{32} << 10;
constexpr int kSystemCallBit = 0x80;  // of a stop's signal, with PTRACE_O_TRACESYSGOOD

template <class Data>
bool ask(__ptrace_request request, pid_t thread, std::uint64_t address, Data data) {
  return ptrace(request, thread, address, data) == 0;
}

Stop stop_of(int status) {
  if (WIFEXITED(status)) return {Stop::Kind::kGone, 0};
  if (WIFSIGNALED(status)) return {Stop::Kind::kGone, WTERMSIG(status)};
  const int signal = WSTOPSIG(status), event = status >> 16;
  if (event == PTRACE_EVENT_STOP) return {Stop::Kind::kStopped, signal};
  if (event != 0) return {Stop::Kind::kEvent, event};
  if (signal == (SIGTRAP | kSystemCallBit)) return {Stop::Kind::kSystemCall, 0};
  return {Stop::Kind::kSignal, signal};
}

}  // namespace

void await_child(Clock::duration time) {
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
  const timespec timeout = {rest / 1'000'000'000, rest % 1'000'000'000};
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigtimedwait(&set, nullptr, &timeout);
}

int Tracee::seize(pid_t thread, std::uint64_t options) {
  return ask(PTRACE_SEIZE, thread, 0, options) ? 0 : errno;
}

bool Tracee::interrupt() const { return ask(PTRACE_INTERRUPT, thread_, 0, 0); }

Stop Tracee::wait(Clock::time_point deadline) const {
  while (true) {
    int status = 0;
    const pid_t got = waitpid(thread_, &status, __WALL | WNOHANG);
    if (got == thread_) return stop_of(status);
    if (got < 0 && errno != EINTR) return {Stop::Kind::kGone, 0};
    const auto now = Clock::now();
    if (now >= deadline) return {};
    await_child(deadline - now);
  }
}

bool Tracee::set_options(std::uint64_t options) const {
  return ask(PTRACE_SETOPTIONS, thread_, 0, options);
}

bool Tracee::go_on(int signal) const {
  return ask(PTRACE_CONT, thread_, 0, static_cast<long>(signal));
}

bool Tracee::go_on_to_system_call() const { return ask(PTRACE_SYSCALL, thread_, 0, 0L); }

bool Tracee::detach(int signal) const {
  return ask(PTRACE_DETACH, thread_, 0, static_cast<long>(signal));
}

bool Tracee::registers(Registers& registers) const {
  return ask(PTRACE_GETREGS, thread_, 0, &registers);
}

bool Tracee::set_registers(const Registers& registers) const {
  return ask(PTRACE_SETREGS, thread_, 0, &registers);
}

bool Tracee::signal_mask(std::uint64_t& mask) const {
  return ask(PTRACE_GETSIGMASK, thread_, sizeof mask, &mask);
}

bool Tracee::set_signal_mask(std::uint64_t mask) const {
  return ask(PTRACE_SETSIGMASK, thread_, sizeof mask, &mask);
}

std::vector<std::uint8_t> Tracee::extended_state() const {
  std::vector<std::uint8_t> state(kMostState);
  iovec piece = {state.data(), state.size()};
  if (!ask(PTRACE_GETREGSET, thread_, NT_X86_XSTATE, &piece)) piece.iov_len = 0;
  state.resize(piece.iov_len);
  return state;
}

std::uint64_t Tracee::sequence_area() const {
  constexpr auto kAsk = static_cast<__ptrace_request>(0x420F);  // since Linux 5.13
  struct {
    std::uint64_t pointer;
    std::uint32_t size, signature, flags, padding;
  } told = {};
  return ptrace(kAsk, thread_, sizeof told, &told) > 0 ? told.pointer : 0;
}

bool Tracee::touch(std::uint64_t address) const {
  errno = 0;  // the word may be -1
  ptrace(PTRACE_PEEKDATA, thread_, address, 0L);
  return errno == 0;
}

std::uint64_t Tracee::event_message() const {
  unsigned long message = 0;
  return ask(PTRACE_GETEVENTMSG, thread_, 0, &message) ? message : 0;
}

}  // namespace heapsnap
