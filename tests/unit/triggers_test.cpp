#include "apps/heapsnap/run/triggers.h"

#include <catch2/catch.hpp>

#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

namespace heapsnap {
namespace {

using std::chrono::seconds;

const Triggers::Clock::time_point kBegin{};
constexpr seconds kPeriod{60};

volatile std::sig_atomic_t asked = 0;

// This process, which has a handler for the signal as long as this is there.
class OwnProcess {
 public:
  explicit OwnProcess(AgentInside agent) {
    asked = 0;
    std::signal(Triggers::kSignal, [](int) { asked = asked + 1; });
    triggers.add(getpid(), agent, kBegin);
  }
  ~OwnProcess() { std::signal(Triggers::kSignal, SIG_DFL); }
  OwnProcess(const OwnProcess&) = delete;
  OwnProcess& operator=(const OwnProcess&) = delete;

  bool is_due(seconds at) {
    const std::vector<DueProcess> due = triggers.who_is_due(kBegin + at);
    if (due.empty()) return false;
    CHECK(due.front().pid == getpid());
    CHECK(due.front().cause == Cause::kEvery);
    return true;
  }
  void fails(seconds at) {
    triggers.outside_failed({getpid(), Cause::kEvery}, "it is traced", kBegin + at);
    triggers.finished(getpid());
  }

  Triggers triggers{MomentRules{.every = kPeriod}};
};

TEST_CASE("who is due is captured from outside, and not due meanwhile") {
  OwnProcess own(AgentInside::kThere);
  CHECK_FALSE(own.is_due(seconds(59)));
  CHECK(own.is_due(seconds(60)));
  CHECK_FALSE(own.is_due(seconds(120)));
  own.triggers.outside_began(getpid());
  CHECK_FALSE(own.is_due(seconds(180)));
  own.triggers.finished(getpid());
  CHECK(own.is_due(seconds(240)));
  CHECK(asked == 0);
}

TEST_CASE("who was tried is due again though nothing came of it that was told") {
  OwnProcess own(AgentInside::kNone);
  REQUIRE(own.is_due(seconds(60)));
  CHECK_FALSE(own.is_due(seconds(120)));
  own.triggers.finished(getpid());
  CHECK(own.is_due(seconds(180)));
}

TEST_CASE("an agent is asked where the system refuses, and once more, and not again") {
  OwnProcess own(AgentInside::kThere);
  REQUIRE(own.is_due(seconds(60)));
  own.fails(seconds(60));
  CHECK(asked == 1);
  CHECK_FALSE(own.is_due(seconds(64)));
  REQUIRE(own.is_due(seconds(65)));
  own.fails(seconds(65));
  CHECK(asked == 2);
  for (int at = 70; at < 400; ++at) {
    if (own.is_due(seconds(at))) own.fails(seconds(at));
  }
  CHECK(asked == 2);
  CHECK(own.triggers.answered(getpid()) == Cause::kEvery);
  own.triggers.finished(getpid());
  REQUIRE(own.is_due(seconds(420)));
  own.fails(seconds(420));
  CHECK(asked == 3);
}

TEST_CASE("an agent that knows of allocations is asked first, but not waited for without end") {
  OwnProcess own(AgentInside::kKnowsAllocations);
  CHECK_FALSE(own.is_due(seconds(60)));
  CHECK(asked == 1);
  CHECK_FALSE(own.is_due(seconds(64)));
  CHECK(own.is_due(seconds(65)));
  CHECK(asked == 1);
}

TEST_CASE("a process without an agent gets no signal, and is tried again") {
  OwnProcess own(AgentInside::kNone);
  REQUIRE(own.is_due(seconds(60)));
  own.fails(seconds(60));
  CHECK_FALSE(own.is_due(seconds(64)));
  REQUIRE(own.is_due(seconds(65)));
  own.fails(seconds(65));
  CHECK_FALSE(own.is_due(seconds(119)));
  CHECK(own.is_due(seconds(120)));
  CHECK(asked == 0);
}

TEST_CASE("who was due and has not been captured is known with the reason, until it has") {
  OwnProcess own(AgentInside::kNone);
  REQUIRE(own.is_due(seconds(60)));
  own.fails(seconds(60));
  CHECK(own.triggers.unmet(kBegin + seconds(61)).empty());
  const std::vector<UnmetProcess> unmet = own.triggers.unmet(kBegin + seconds(62));
  REQUIRE(unmet.size() == 1);
  CHECK(unmet.front().pid == getpid());
  CHECK(unmet.front().why_outside == "it is traced");
  REQUIRE(own.is_due(seconds(65)));
  own.triggers.outside_began(getpid());
  own.triggers.finished(getpid());
  CHECK(own.triggers.unmet(kBegin + seconds(100)).empty());
}

// fork() that gives the child that pid. Nothing: only root can choose, or somebody else has it.
std::optional<pid_t> fork_with_pid(pid_t wanted) {
  clone_args orders = {};
  orders.exit_signal = SIGCHLD;
  orders.set_tid = reinterpret_cast<std::uintptr_t>(&wanted);
  orders.set_tid_size = 1;
  const long pid = syscall(SYS_clone3, &orders, sizeof orders);
  return pid < 0 ? std::nullopt : std::optional(static_cast<pid_t>(pid));
}

// A child that waits to be ended. It is this process's own and has not been waited for, so that
// its pid is nobody else's, when it is sent a signal.
class Child {
 public:
  Child() : Child(fork()) {}
  explicit Child(pid_t forked) : pid(forked) {
    while (pid == 0) pause();
    REQUIRE(pid > 0);  // a signal to -1 is one to every process
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void end() {
    if (std::exchange(there_, false)) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
  }
  void end_unnoticed() const {
    kill(pid, SIGKILL);
    siginfo_t how = {};
    waitid(P_PID, static_cast<id_t>(pid), &how, WEXITED | WNOWAIT);
  }

  const pid_t pid;

 private:
  bool there_ = true;
};

TEST_CASE("who ends before it was captured is known once, if that was long enough") {
  for (const int end : {61, 62}) {
    Child child;
    Triggers triggers(MomentRules{.every = kPeriod});
    triggers.add(child.pid, AgentInside::kNone, kBegin);
    REQUIRE(triggers.who_is_due(kBegin + seconds(60)).size() == 1);
    triggers.outside_failed({child.pid, Cause::kEvery}, "it is traced", kBegin + seconds(60));
    child.end();
    CHECK(triggers.who_is_due(kBegin + seconds(end)).empty());
    CHECK(triggers.unmet(kBegin + seconds(100)).empty());
    const std::vector<UnmetProcess> unmet = triggers.ended_unmet();
    CHECK(triggers.ended_unmet().empty());
    REQUIRE(unmet.size() == (end == 62 ? 1 : 0));
    if (unmet.empty()) continue;
    CHECK(unmet.front().pid == child.pid);
    CHECK(unmet.front().why_outside == "it is traced");
  }
}

TEST_CASE("who has ended is not due, though its parent has not noticed") {
  Child child;
  Triggers triggers(MomentRules{.every = kPeriod});
  triggers.add(child.pid, AgentInside::kNone, kBegin);
  child.end_unnoticed();
  CHECK(triggers.who_is_due(kBegin + seconds(60)).empty());
}

TEST_CASE("who has ended is not known any more, nor is another process that gets its pid") {
  Child child;
  Triggers triggers(MomentRules{});
  triggers.add(child.pid, AgentInside::kThere, kBegin);
  CHECK(triggers.knows(child.pid));
  CHECK(triggers.running() == 1);
  child.end();
  CHECK_FALSE(triggers.knows(child.pid));
  CHECK(triggers.running() == 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // starts are known to 10
  const std::optional<pid_t> again = fork_with_pid(child.pid);
  if (!again) return;
  const Child other(*again);
  CHECK(triggers.running() == 0);
  CHECK_FALSE(triggers.knows(other.pid));
  triggers.add(other.pid, AgentInside::kThere, kBegin);
  CHECK(triggers.knows(other.pid));
  CHECK(triggers.running() == 1);
}

}  // namespace
}  // namespace heapsnap
