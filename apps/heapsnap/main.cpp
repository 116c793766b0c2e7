// heapsnap: what the user asked for is read, answered, made text of, and written out.
// Nothing else prints, but for the lines of speaker.h.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "apps/heapsnap/commands.h"
#include "apps/heapsnap/exit_code.h"
#include "apps/heapsnap/help.h"
#include "apps/heapsnap/options.h"
#include "apps/heapsnap/output.h"
#include "apps/heapsnap/progress.h"
#include "apps/heapsnap/render/printable.h"
#include "apps/heapsnap/render/renderers.h"
#include "apps/heapsnap/speaker.h"
#include "apps/heapsnap/terminal.h"

namespace heapsnap {
namespace {

constexpr char kNoMemory[] = "there is not enough memory for this";
constexpr char kNoMemoryToAnswer[] =
    "there is not enough memory for this: a snapshot takes some 100 bytes an object; hist --by type "
    "takes much less";

// For stderr, where nobody need be listening.
void tell(const std::string& text) { std::fputs(text.c_str(), stderr); }

int complain(const Error& error) {
  std::string line = "heapsnap: error: " + printable(error.message);
  if (error.offset) line += fmt::format(" (at byte {})", *error.offset);
  tell(line + "\n");
  return exit_code(error.code);
}

// GitHub Actions shows what is appended to a file of that name on the page of the run.
void append_summary(const Report& report) {
  const char* const path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return;
  std::FILE* const file = std::fopen(path, "a");
  const std::string text = render_markdown(report, {}) + "\n";
  const bool written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if ((file != nullptr && std::fclose(file) != 0) || !written) {
    tell(fmt::format("heapsnap: warning: cannot append to {}\n", printable(path)));
  }
}

Result<void> write_out(const Report& report, const Options& options, Output& out) {
  if (report.document) {
    report.document([&out](std::string_view text) { return out.write(text); });
  } else {
    const bool terminal = isatty(out.descriptor()) == 1;
    const Style style{.raw = options.raw_bytes,
                      .verbose = options.verbose,
                      .color = wants_color(options.color, terminal),
                      .width = terminal ? terminal_width(out.descriptor()) : 0};
    out.write(find_renderer(options.format)(report, style));
    if (options.format == "github") append_summary(report);
  }
  return out.finish();
}

// An answer that replaced the snapshot would lose it.
bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a != "-" && b != "-" && std::filesystem::equivalent(a, b, error);
}

// A command that answers: its output is opened before the work begins, so that a mistake in -o
// shows at once.
int answer(const Command& command, Options& options) {
  std::vector<std::string> snapshots = options.files;
  snapshots.push_back(options.file);
  for (const std::string& snapshot : snapshots) {
    if (!is_same_file(snapshot, options.output)) continue;
    const auto refusal = failure(ErrorCode::kUsage, options.output + " is the snapshot itself");
    return complain(refusal.value());
  }
  Result<Output> out =
      Output::open(options.output, options.force ? Overwrite::kYes : Overwrite::kNo);
  if (!out) return complain(out.error());
  ProgressLine progress(options.progress);
  options.on_progress = [&progress](std::string_view stage, double share) {
    progress.show(stage, share);
  };
  std::vector<Note> warnings;
  options.on_warning = [&warnings](std::string text) {
    warnings.push_back({Note::Kind::kWarning, std::move(text)});
  };
  const Result<Report> report = command.run(options);
  progress.clear();
  say_notes(warnings, options);
  if (!report) return complain(report.error());
  if (const Result<void> written = write_out(*report, options, *out); !written) {
    return complain(written.error());
  }
  say_notes(report->notes, options);
  return report->exit_code;
}

// A command that writes snapshots has nothing for stdout: its tables are for people.
int capture(const Command& command, const Options& options) try {
  const Result<Report> report = command.run(options);
  if (!report) return complain(report.error());
  if (!report->tables.empty() && !options.quiet) {
    const bool terminal = isatty(STDERR_FILENO) == 1;
    tell(render_table(*report, {.verbose = options.verbose,
                                .color = wants_color(options.color, terminal),
                                .width = terminal ? terminal_width(STDERR_FILENO) : 0}));
  }
  say_notes(report->notes, options);
  return report->exit_code;
} catch (const std::bad_alloc&) {
  return complain({ErrorCode::kCapture, kNoMemory});
}

int print(const std::string& text) {
  Result<Output> out = Output::open("-", Overwrite::kNo);
  out->write(text);
  const Result<void> written = out->finish();
  return written ? kExitDone : complain(written.error());
}

// If we were started without one of them, no file of ours may take its place, where messages would
// get into it. What stands there instead can be read and written as little, and is not inherited.
void fill_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    const int opposite = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (open("/dev/null", opposite | O_CLOEXEC) < 0) return;  // the lowest number that is free
  }
}

// Whatever we were started with: that nobody reads any more, or that a file may not grow so large,
// is an error of `write`, and who ignores SIGCHLD has no children to wait for.
void settle_signals() {
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
}

// A program that we run is to get the signals as ever: there they are held back (run/signals.h).
bool runs_program(const Result<Request>& request) {
  return request && request->text.empty() && request->command->puts == Puts::kProgram;
}

int run(const std::vector<std::string>& arguments) {
  fill_standard_streams();
  Result<Request> request = parse(arguments);
  if (!runs_program(request)) settle_signals();
  if (arguments.empty()) {
    tell(overview());
    return kExitUsage;
  }
  if (!request) return complain(request.error());
  if (!request->text.empty()) return print(request->text);
  const Command& command = *request->command;
  return answers(command.puts) ? answer(command, request->options)
                               : capture(command, request->options);
}

}  // namespace
}  // namespace heapsnap

// We throw nothing, but memory can run out, and a library may be surprised.
int main(int argc, char** argv) {
  using heapsnap::ErrorCode;
  try {
    return heapsnap::run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::bad_alloc&) {
    return heapsnap::complain({ErrorCode::kUnreadable, heapsnap::kNoMemoryToAnswer});
  } catch (const std::exception& error) {
    return heapsnap::complain({ErrorCode::kBug, fmt::format("a fault of heapsnap's own, please "
                                                            "report it: {}", error.what())});
  }
}
