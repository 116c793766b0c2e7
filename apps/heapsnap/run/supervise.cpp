#include "apps/heapsnap/run/supervise.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/python_process.h"
#include "apps/heapsnap/run/agent_folder.h"
#include "apps/heapsnap/run/listener.h"
#include "apps/heapsnap/run/outside_agent.h"
#include "apps/heapsnap/run/poll_timeout.h"
#include "apps/heapsnap/run/process.h"
#include "apps/heapsnap/run/receiver.h"
#include "apps/heapsnap/run/signal_name.h"
#include "apps/heapsnap/run/signals.h"
#include "apps/heapsnap/run/snapshot_names.h"
#include "apps/heapsnap/run/triggers.h"

namespace heapsnap {
namespace {

constexpr int kLateMilliseconds = 200;
constexpr std::chrono::milliseconds kLook{20};     // between two looks at who still runs
constexpr std::chrono::milliseconds kBetweenSearches{1000};  // for Pythons without the agent
constexpr std::chrono::seconds kForTheOthers{1};
constexpr std::string_view kLost = "no snapshot was written: there is no memory for it";

// What the agent is told; agent/heapsnap/_startup.py has the keys.
std::string agent_settings(const RunPlan& plan, const std::string& address) {
  std::string text = fmt::format("HEAPSNAP=out={},strings={},children={}", address, plan.strings,
                                 plan.children ? 1 : 0);
  if (plan.at_exit) text += ",at=exit";
  if (plan.on_memoryerror) text += ",on=memoryerror";
  for (const int signal : plan.on_signals) text += fmt::format(",signal={}", signal);
  if (plan.moments.any()) {
    text += fmt::format(",signal={}/{}", Triggers::kSignal, plan.moments.every ? "every" : "rss");
  }
  return text;
}

Environment settings_of(const RunPlan& plan, const std::string& address) {
  std::string path = "PYTHONPATH=" + preload_folder(plan.agent);
  const char* others = std::getenv("PYTHONPATH");
  if (others != nullptr && *others != '\0') path += std::string(":") + others;
  return {agent_settings(plan, address), path};
}

// Ours alone: the program has been started with the limit as it was.
void allow_more_descriptors() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Why one that was due was not captured.
std::string why_unmet(const UnmetProcess& unmet) {
  constexpr char kAgent[] = "its agent, if there is one, did not answer: the main thread was busy "
                            "in C code, or the program takes the agent's signal itself";
  const std::string outside =
      unmet.why_outside.empty() ? "" : fmt::format("from outside: {}; ", unmet.why_outside);
  return fmt::format("no snapshot was taken when it was time: {}{}", outside, kAgent);
}

class Supervisor {
 public:
  Supervisor(const RunPlan& plan, const Say& say, Listener& listener, ForwardedSignals& signals,
             const std::optional<OutsideAgent>& outside)
      : say_(say),
        listener_(listener),
        signals_(signals),
        outside_(outside),
        children_(plan.children),
        triggers_(plan.moments),
        names_(plan.names, plan.keep, plan.force),
        receiver_(names_, triggers_, plan.snapshots) {}

  RunResult watch(pid_t program) {
    program_ = program;
    next_search_ = Triggers::Clock::now() + kBetweenSearches;
    while (program_ != 0) attend();
    accept_late();
    while (receiver_.in_progress() > 0 || accept_all() > 0) attend();
    take_arrivals();
    within_memory([this] {
      fail_all(triggers_.ended_unmet());
      fail_all(triggers_.unmet(Triggers::Clock::now()));
    });
    result_.going_on = still_running();
    result_.refused = listener_.refused();
    result_.interrupted = signals_.interrupted();
    return std::move(result_);
  }

 private:
  // Waits for the next thing to happen, and sees to it. After the program's end: for so long.
  void attend(std::optional<std::chrono::milliseconds> most = std::nullopt) {
    const bool full = receiver_.is_full();
    pollfd sources[] = {{signals_.fd(), POLLIN, 0}, {receiver_.fd(), POLLIN, 0},
                        {full ? -1 : listener_.fd(), POLLIN, 0}};
    std::optional<std::chrono::milliseconds> wait = most;
    if (program_ != 0) within_memory([&] { wait = rest(); });
    poll(sources, std::size(sources), poll_timeout(wait));
    accept_all();
    take_arrivals();
    take_signals();
    if (program_ == 0 || !outside_) return;
    within_memory([this] { search(); });
    within_memory([this] { capture_who_is_due(); });
  }

  // For lack of memory what is at hand is lost, and the program goes on having a parent. What has
  // to be done still is not tried again without a pause.
  template <typename Step>
  void within_memory(const Step& step) {
    try {
      step();
    } catch (const std::bad_alloc&) {
      lose(1);
      poll(nullptr, 0, static_cast<int>(kLook.count()));
    }
  }

  // It is said once, as it may go on for long, and as soon as there is memory for saying it.
  void lose(std::size_t count) {
    result_.failures += count;
    lost_ += count;
    if (lost_ == 0 || loss_is_said_) return;
    try {
      say_({Note::Kind::kError, std::string(kLost)});
      loss_is_said_ = true;
    } catch (const std::bad_alloc&) {
    }
  }

  // How long there is nothing to do but to take what comes.
  std::optional<std::chrono::milliseconds> rest() {
    if (!outside_) return std::nullopt;
    const auto now = Triggers::Clock::now();
    const auto rest = triggers_.rest(now);
    if (!is_searching()) return rest;
    using std::chrono::milliseconds;
    const auto left =
        std::max(milliseconds(0), std::chrono::ceil<milliseconds>(next_search_ - now));
    return std::min(left, rest.value_or(left));
  }

  bool is_searching() { return children_ || !triggers_.knows(program_); }

  // For Pythons that were kept from having the agent (python -I, another environment): they are
  // captured from outside. Those that have it say so when they start.
  void search() {
    const auto now = Triggers::Clock::now();
    if (now < next_search_ || !is_searching()) return;
    next_search_ = now + kBetweenSearches;
    std::vector<pid_t> candidates = {program_};
    if (children_) {
      const std::vector<pid_t> others = descendants_of(program_);
      candidates.insert(candidates.end(), others.begin(), others.end());
    }
    for (const pid_t pid : candidates) {
      if (triggers_.knows(pid) || !find_python(pid)) continue;
      triggers_.add(pid, AgentInside::kNone, now);
      ++result_.processes;
    }
  }

  void capture_who_is_due() {
    const auto now = Triggers::Clock::now();
    for (const DueProcess& due : triggers_.who_is_due(now)) {
      within_memory([&] { capture(due, now); });
    }
    fail_all(triggers_.ended_unmet());
  }

  void capture(const DueProcess& due, Triggers::Clock::time_point now) {
    const auto connection = outside_->ask(due.pid);
    if (connection) return receiver_.receive_outside(*connection, due.cause);
    const int error = errno;
    triggers_.finished(due.pid);
    triggers_.outside_failed(due, std::strerror(error), now);
  }

  // Returns how many it accepted.
  std::size_t accept_all() {
    const auto is_ours = [this](pid_t pid) { return pid == program_ || triggers_.knows(pid); };
    std::size_t count = 0;
    within_memory([&] {
      for (; !receiver_.is_full(); ++count) {
        const auto connection = listener_.accept(is_ours);
        if (!connection) break;
        receiver_.receive(*connection);
      }
    });
    return count;
  }

  std::size_t still_running() {
    std::size_t count = 0;
    within_memory([&] { count = triggers_.running(); });
    return count;
  }

  // A copy of the program that was made just before its end may still have to connect. A program
  // that ran its exit handlers has waited for it.
  void accept_late() {
    pollfd source = {listener_.fd(), POLLIN, 0};
    if (WIFSIGNALED(result_.status)) poll(&source, 1, kLateMilliseconds);
    accept_all();
    // Helpers of the program's (multiprocessing's fork server) see its end, and end.
    const auto end = Triggers::Clock::now() + kForTheOthers;
    while (still_running() > 0 && !result_.gave_up && Triggers::Clock::now() < end) {
      attend(kLook);
    }
  }

  void take_signals() {
    while (const auto signal = signals_.forward_next(program_)) {
      if (*signal == SIGCHLD) {
        if (program_ != 0 && waitpid(program_, &result_.status, WNOHANG) == program_) program_ = 0;
      } else if (program_ == 0 && signals_.is_ending(*signal)) {
        result_.gave_up = true;
        receiver_.give_up();
      }
    }
  }

  void take_arrivals() {
    lose(receiver_.lost());
    for (const Arrival& arrival : receiver_.arrivals()) {
      within_memory([&] { take(arrival); });
    }
  }

  void take(const Arrival& arrival) {
    switch (arrival.kind) {
      case Arrival::Kind::kHello:
        ++result_.processes;
        break;
      case Arrival::Kind::kUnsupported:
      case Arrival::Kind::kFailed:
        fail(arrival.pid, arrival.text);
        break;
      case Arrival::Kind::kNoMemory:
        fail(arrival.pid, kLost);
        break;
      case Arrival::Kind::kSnapshot:
        result_.snapshots.push_back(arrival.snapshot.path);
        say_({Note::Kind::kSays, summary_of(arrival.snapshot)});
        for (const std::string& warning : warnings_of(arrival.snapshot)) {
          say_({Note::Kind::kWarning, warning});
        }
        break;
      case Arrival::Kind::kNothing:
        break;
    }
  }

  void fail_all(const std::vector<UnmetProcess>& all) {
    for (const UnmetProcess& unmet : all) fail(unmet.pid, why_unmet(unmet));
  }

  void fail(pid_t pid, std::string_view why) {
    say_({Note::Kind::kError, fmt::format("process {}: {}", pid, why)});
    ++result_.failures;  // else what was thrown is counted
  }

  const Say& say_;
  Listener& listener_;
  ForwardedSignals& signals_;
  const std::optional<OutsideAgent>& outside_;  // there, if there are moments
  const bool children_;
  Triggers::Clock::time_point next_search_;
  Triggers triggers_;
  SnapshotNames names_;
  Receiver receiver_;
  pid_t program_ = 0;  // 0: it has ended
  std::size_t lost_ = 0;  // for lack of memory
  bool loss_is_said_ = false;
  RunResult result_;
};

}  // namespace

Result<RunResult> supervise(const RunPlan& plan, const Say& say) {
  Result<Listener> listener = Listener::open();
  if (!listener) return tl::unexpected(listener.error());
  Result<ForwardedSignals> signals = ForwardedSignals::hold();  // before a word is said: SIGPIPE
  if (!signals) return tl::unexpected(signals.error());
  std::optional<OutsideAgent> outside;
  if (plan.moments.any()) {
    Result<OutsideAgent> started = OutsideAgent::start(plan.texts);
    if (!started) return tl::unexpected(started.error());
    outside.emplace(*std::move(started));
  }
  if (plan.program.python_added) {
    say({Note::Kind::kSays, fmt::format("running {} with {}", plan.program.arguments.at(1),
                                        plan.program.path)});
  }
  Supervisor supervisor(plan, say, *listener, *signals, outside);
  const Environment environment = environment_with(settings_of(plan, listener->address()));
  const Result<pid_t> program = start_program(plan.program, environment, signals->before());
  if (!program) return tl::unexpected(program.error());
  allow_more_descriptors();
  return supervisor.watch(*program);
}

}  // namespace heapsnap
