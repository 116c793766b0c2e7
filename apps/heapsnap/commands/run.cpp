// run: starts a program with the agent in it, and writes its snapshots.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include "apps/heapsnap/capture/capture_notes.h"
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/run/agent_folder.h"
#include "apps/heapsnap/run/moment_words.h"
#include "apps/heapsnap/run/signal_name.h"
#include "apps/heapsnap/run/snapshot_words.h"
#include "apps/heapsnap/run/supervise.h"
#include "apps/heapsnap/run/triggers.h"
#include "apps/heapsnap/speaker.h"
#include "libsnapshot/new_file.h"

namespace heapsnap {
namespace {

tl::unexpected<Error> usage(std::string message) {
  return failure(ErrorCode::kUsage, std::move(message));
}

Result<void> read_triggers(const RunOptions& asked, RunPlan& plan) {
  plan.at_exit = !asked.at.empty();
  plan.on_memoryerror = !asked.on.empty();
  for (const std::string& name : asked.on_signal) {
    const Result<int> signal = parse_signal(name);
    if (!signal) return tl::unexpected(signal.error());
    if (*signal == SIGKILL || *signal == SIGSTOP) {
      return usage(fmt::format("no program can take {}: try USR2", signal_name(*signal)));
    }
    if (*signal == Triggers::kSignal) {
      return usage(fmt::format("{} is what run itself sends: try USR2", signal_name(*signal)));
    }
    plan.on_signals.push_back(*signal);
  }
  const Result<MomentRules> moments = parse_moments(asked);
  if (!moments) return tl::unexpected(moments.error());
  plan.moments = *moments;
  const bool any =
      plan.at_exit || plan.on_memoryerror || !plan.on_signals.empty() || plan.moments.any();
  plan.at_exit = plan.at_exit || !any;
  return {};
}

Result<RunPlan> plan_of(const Options& options) {
  if (options.run.program.empty()) {
    return usage("run needs a program: heapsnap run python app.py (see: heapsnap run --help)");
  }
  const Result<Program> program = resolve_program(options.run.program);
  if (!program) return tl::unexpected(program.error());
  if (options.run.output == "-") {
    return usage("run writes files, stdout is the program's: give -o a name");
  }
  const Result<NameTemplate> names =
      parse_output_name(options.run.output, program->name, options.force);
  if (!names) return tl::unexpected(names.error());
  RunPlan plan{.program = *program, .agent = {}, .names = *names};
  if (const auto read = read_triggers(options.run, plan); !read) {
    return tl::unexpected(read.error());
  }
  const Result<TextOrders> texts = parse_strings(options.run.strings);
  if (!texts) return tl::unexpected(texts.error());
  plan.strings = options.run.strings;
  plan.texts = *texts;
  Result<std::vector<Fact>> labels = parse_labels(options.run.labels);
  if (!labels) return tl::unexpected(labels.error());
  plan.snapshots.labels = *std::move(labels);
  const Result<std::string> agent = agent_folder();
  if (!agent) return tl::unexpected(agent.error());
  plan.agent = *agent;
  plan.keep = options.run.keep;
  plan.force = options.force;
  plan.children = options.run.children;
  plan.snapshots.level = options.run.level;
  return plan;
}

// What is known of why there is no snapshot, and what to try. An agent that cannot reach us can
// only say so on the program's stderr.
std::string nothing_captured(const RunPlan& plan, const RunResult& result) {
  if (result.processes == 0) {
    return "nothing was captured: no Python with the agent in it was heard of; python's -E, -I and "
           "-S keep it out, and only Python programs have a heap to capture";
  }
  if (!plan.at_exit) {
    return "nothing was captured: no snapshot came: what was to cause one did not happen, or the "
           "program could not send one, as its stderr then says";
  }
  if (WIFSIGNALED(result.status)) {
    return fmt::format("nothing was captured: {} ended the program, so it did not run its exit "
                       "handlers; try --every 10s or --on-signal USR2",
                       signal_name(WTERMSIG(result.status)));
  }
  return "nothing was captured: no snapshot came: the program did not run its exit handlers "
         "(os._exit, exec), or could not send one, as its stderr then says; try --every 10s or "
         "--on-signal USR2";
}

std::string going_on(std::size_t processes) {
  if (processes == 1) {
    return "a process that the program started goes on, and is no longer captured";
  }
  return fmt::format("{} processes that the program started go on, and are no longer captured",
                     processes);
}

std::vector<Note> notes_of(const RunPlan& plan, const RunResult& result) {
  using Kind = Note::Kind;
  std::vector<Note> notes;
  if (result.gave_up) {
    notes.push_back({Kind::kWarning, "interrupted: what was being captured is lost"});
  } else if (result.snapshots.empty() && result.failures == 0) {
    notes.push_back({Kind::kWarning, nothing_captured(plan, result)});
  }
  if (result.refused > 0) {
    notes.push_back({Kind::kWarning,
                     fmt::format("refused {} connection{} of another user, not known to come from "
                                 "the program",
                                 result.refused, result.refused == 1 ? "" : "s")});
  }
  if (result.going_on > 0) notes.push_back({Kind::kWarning, going_on(result.going_on)});
  if (result.gave_up || result.snapshots.empty()) return notes;
  const std::vector<Note> next = next_steps(result.snapshots.back());
  notes.insert(notes.end(), next.begin(), next.end());
  return notes;
}

// Ends as the program did: a shell stops its script at Ctrl-C only if we end by that signal too.
void die_of_interrupt() {
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  std::signal(SIGINT, SIG_DFL);
  std::raise(SIGINT);
  sigprocmask(SIG_UNBLOCK, &interrupt, nullptr);
}

}  // namespace

void take_run(CLI::App& app, Options& options) {
  RunOptions& run = options.run;
  take_output_name(app, run);
  app.add_option("--at", run.at, "when the program ends by itself; not on os._exit() or a signal")
      ->check(CLI::IsMember({"exit"}))
      ->type_name("exit");
  app.add_option("--on-signal", run.on_signal,
                 "when this signal comes: USR2, RTMIN+3; may repeat; HUP, INT, QUIT and TERM then "
                 "end the program as ever")
      ->type_name("SIG");
  app.add_option("--on", run.on, "when an uncaught MemoryError is reported")
      ->check(CLI::IsMember({"memoryerror"}))
      ->type_name("memoryerror");
  take_moment_words(app, run);
  app.add_option("--keep", run.keep, "keep the newest N snapshots of each process (all)")
      ->check(number_of("files"))
      ->type_name("N");
  app.add_flag("--children", run.children, "capture child Python processes too");
  take_snapshot_words(app, run);
}

Result<Report> run(const Options& options) {
  const Result<RunPlan> plan = plan_of(options);
  if (!plan) return tl::unexpected(plan.error());
  const Result<RunResult> result = supervise(*plan, speaker(options));
  if (!result) return tl::unexpected(result.error());

  Report report{.schema = "heapsnap.run/1", .notes = notes_of(*plan, *result)};
  const bool killed = WIFSIGNALED(result->status);
  report.exit_code = killed ? 128 + WTERMSIG(result->status) : WEXITSTATUS(result->status);
  if (killed && WTERMSIG(result->status) == SIGINT && result->interrupted) {
    say_notes(report.notes, options);
    die_of_interrupt();
    report.notes.clear();  // the first process of a container does not die of it
  }
  return report;
}

}  // namespace heapsnap
