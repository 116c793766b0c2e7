#include "agent/attach/injected_call.h"

#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#endif
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <functional>
#include <thread>

#include "agent/attach/proc_files.h"
#include "agent/attach/stopped_process.h"
#include "agent/attach/workplace.h"

namespace heapsnap {
namespace {

using std::chrono::milliseconds;

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &child, &earlier_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &earlier_, nullptr); }

 private:
  sigset_t earlier_;
};

// A process that counts, in memory that we share.
using Count = std::atomic<std::uint64_t>;

void count_slowly(Count& count) {
  while (true) {
    count.fetch_add(1);
    usleep(100);
  }
}

class Counting {
 public:
  explicit Counting(void (*go_on)(Count&) = count_slowly) {
    void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    count_ = new (page) Count(0);
    pid_ = fork();
    if (pid_ == 0) go_on(*count_);
  }
  ~Counting() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    munmap(count_, 4096);
  }

  pid_t pid() const { return pid_; }

  bool goes_on() const {
    const std::uint64_t before = *count_;
    for (int i = 0; i < 2000 && *count_ < before + 3; ++i) std::this_thread::sleep_for(milliseconds(1));
    return *count_ >= before + 3;
  }

  bool stands() const {  // stopped, as a shell sees it
    int status = 0;
    for (int i = 0; i < 2000 && status == 0; ++i) {
      waitpid(pid_, &status, WUNTRACED | WNOHANG);
      std::this_thread::sleep_for(milliseconds(1));
    }
    return WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP;
  }

 private:
  SignalsBlocked blocked_;
  Count* count_;
  pid_t pid_;
};

// Never leaves a restartable sequence but to begin it again (rseq(2)).
void count_in_sequence(Count& count) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 35)
  asm volatile(
      ".pushsection .data\n"
      ".balign 32\n"
      "1: .long 0, 0\n"
      ".quad 2f, 3f - 2f, 4f\n"
      ".popsection\n"
      "jmp 5f\n"
      ".long 0x53053053\n"  // the signature that the C library has chosen
      "4: nop\n"
      "5: lea 1b(%%rip), %%rax\n"
      "mov %%rax, 8(%1)\n"
      "2: incq (%0)\n"
      "jmp 2b\n"
      "3: nop\n"
      :
      : "r"(&count), "r"(static_cast<char*>(__builtin_thread_pointer()) + __rseq_offset)
      : "rax", "memory");
#else
  count_slowly(count);
#endif
}

// Of one that it sets itself, and that allows all.
void count_under_filter(Count& count) {
  sock_filter allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
  const sock_fprog program = {1, &allow};
  const bool set = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                   prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
  if (set) count_slowly(count);
  _exit(1);
}

int filters_of(pid_t pid) {
  const auto status = status_of(pid);
  return status ? status->seccomp_filters : -1;
}

// Does it in a process that traces `target`, and dies then.
void in_tracer_that_dies(pid_t target, const std::function<void(InjectedCall&)>& act) {
  const auto place = find_workplace(target, {});
  REQUIRE(place);
  const pid_t tracer = fork();
  if (tracer == 0) {
    auto stopped = StoppedProcess::stop(target, Threads::kAll);
    if (!stopped) _exit(1);
    auto call = InjectedCall::prepare(stopped->thread(), *place);
    if (!call) _exit(2);
    act(*call);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(tracer, &status, 0) == tracer);
  REQUIRE(status == 0);
}

constexpr SystemCall kGetPid = {SYS_getpid, {}};

}  // namespace

TEST_CASE("a stopped thread makes a system call for us, and goes on") {
  const Counting process;
  const auto place = find_workplace(process.pid(), {});
  REQUIRE(place);
  auto stopped = StoppedProcess::stop(process.pid(), Threads::kAll);
  REQUIRE(stopped);
  auto call = InjectedCall::prepare(stopped->thread(), *place);
  REQUIRE(call);
  CHECK(call->run(kGetPid).value_or(-1) == process.pid());
  stopped->release();
  CHECK(process.goes_on());
}

TEST_CASE("a process that is told to stop while it makes a call for us makes it, and stops then") {
  const Counting process;
  const auto place = find_workplace(process.pid(), {});
  auto stopped = StoppedProcess::stop(process.pid(), Threads::kAll);
  REQUIRE(stopped);
  auto call = InjectedCall::prepare(stopped->thread(), *place);
  REQUIRE(call);
  REQUIRE(call->leave(kGetPid, 0, 0));
  kill(process.pid(), SIGSTOP);
  CHECK(call->make().value_or(-1) == process.pid());
  CHECK(call->come_back());
  stopped->release();
  CHECK(process.stands());
  kill(process.pid(), SIGCONT);
  CHECK(process.goes_on());
}

TEST_CASE("a thread whose tracer dies while it is away finds its own way back") {
  const Counting process;
  in_tracer_that_dies(process.pid(), [](InjectedCall& call) {
    if (!call.leave(kGetPid, 0, 0)) _exit(3);
  });
  CHECK(process.goes_on());
  in_tracer_that_dies(process.pid(), [](InjectedCall& call) {
    if (!call.leave(kGetPid, 0, 0) || !call.make()) _exit(3);
  });
  CHECK(process.goes_on());
}

TEST_CASE("no call is made where another program is by now") {
  const Counting process;
  auto place = find_workplace(process.pid(), {});
  auto stopped = StoppedProcess::stop(process.pid(), Threads::kAll);
  REQUIRE(stopped);
  place->sites.system_call += 1;
  const auto call = InjectedCall::prepare(stopped->thread(), *place);
  REQUIRE_FALSE(call);
  CHECK(call.error().code == ErrorCode::kCapture);
  stopped->release();
  CHECK(process.goes_on());
}

TEST_CASE("no call is made by a thread that has got a filter since it was looked at") {
  const Counting process(count_under_filter);
  REQUIRE(process.goes_on());
  auto place = find_workplace(process.pid(), {});
  REQUIRE(place);
  auto stopped = StoppedProcess::stop(process.pid(), Threads::kAll);
  REQUIRE(stopped);
  const auto call = InjectedCall::prepare(stopped->thread(), *place);
  REQUIRE_FALSE(call);
  CHECK(call.error().passes);
  place->permission.filters = 1 + filters_of(getpid());
  CHECK(InjectedCall::prepare(stopped->thread(), *place));
  place->permission.filters += 1;
  CHECK_FALSE(InjectedCall::prepare(stopped->thread(), *place));
  stopped->release();
  CHECK(process.goes_on());
}

TEST_CASE("no call is made in a sequence of instructions that would not begin again after it") {
  const Counting process(count_in_sequence);
  REQUIRE(process.goes_on());
  const auto place = find_workplace(process.pid(), {});
  auto stopped = StoppedProcess::stop(process.pid(), Threads::kAll);
  REQUIRE(stopped);
  const auto call = InjectedCall::prepare(stopped->thread(), *place);
  if (stopped->thread().sequence_area() == 0) return;  // this C library, or kernel, has none
  CHECK_FALSE(call);
  stopped->release();
  CHECK(process.goes_on());
}

}  // namespace heapsnap
