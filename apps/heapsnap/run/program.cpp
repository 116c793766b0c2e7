#include "apps/heapsnap/run/program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "agent/module/process.h"

namespace heapsnap {
namespace {

constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

bool is_folder(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_executable(const std::string& path) {
  return access(path.c_str(), X_OK) == 0 && !is_folder(path);
}

// The file that a shell would execute; none: there is none on PATH.
std::optional<std::string> on_path(const std::string& word) {
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable != nullptr ? variable : kDefaultPath;
  while (true) {
    const std::size_t colon = folders.find(':');
    const std::string_view folder = folders.substr(0, colon);
    const std::string path = (folder.empty() ? "." : std::string(folder)) + "/" + word;
    if (is_executable(path)) return path;
    if (colon == folders.npos) return std::nullopt;
    folders.remove_prefix(colon + 1);
  }
}

bool is_python_script(const std::string& word) {
  for (const std::string_view suffix : {".py", ".pyw", ".pyz", ".pyc"}) {
    if (word.ends_with(suffix)) return true;
  }
  return is_folder(word) && access((word + "/__main__.py").c_str(), R_OK) == 0;
}

std::string stem(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  path.remove_prefix(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
  const std::size_t dot = path.rfind('.');
  if (dot != path.npos && dot > 0 && path.substr(dot).starts_with(".py")) {
    path = path.substr(0, dot);
  }
  return path.empty() ? "program" : std::string(path);
}

tl::unexpected<Error> cannot_run(const std::string& word, std::string_view why) {
  return failure(ErrorCode::kCapture, fmt::format("cannot run {}: {}", word, why));
}

Result<std::string> executable_of(const std::string& word) {
  if (word.find('/') == word.npos) {
    if (const auto path = on_path(word)) return *path;
    return cannot_run(word, access(word.c_str(), F_OK) == 0
                                ? "not found on PATH, but here: try ./" + word
                                : "not found on PATH");
  }
  if (access(word.c_str(), F_OK) != 0) return cannot_run(word, std::strerror(errno));
  if (is_folder(word)) return cannot_run(word, "is a folder without a __main__.py");
  if (is_executable(word)) return word;
  return cannot_run(word, "not executable: try chmod +x, or python3 first");
}

[[noreturn]] void execute(const Program& program, const Environment& environment,
                          const InheritedSignals& signals, int errors) {
  if (sigismember(&signals.ignored, SIGCHLD) == 1) std::signal(SIGCHLD, SIG_IGN);
  sigprocmask(SIG_SETMASK, &signals.mask, nullptr);
  std::vector<char*> arguments;
  for (const std::string& word : program.arguments) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  std::vector<char*> variables;
  for (const std::string& setting : environment) {
    variables.push_back(const_cast<char*>(setting.c_str()));
  }
  variables.push_back(nullptr);
  execvpe(program.path.c_str(), arguments.data(), variables.data());
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(errors, &error, sizeof error);
  _exit(127);
}

std::string_view variable_of(std::string_view setting) {
  return setting.substr(0, setting.find('='));
}

}  // namespace

std::string program_name(const std::vector<std::string>& words) {
  const std::string first = stem(words.front());
  if (!first.starts_with("python") && !first.starts_with("pypy")) return first;
  std::string line;
  for (const std::string& word : words) line.append(word).push_back('\0');
  const PythonScript script = script_of(line);
  const bool has_name =
      (script.kind == PythonScript::Kind::kScript && script.name != "-") ||
      (script.kind == PythonScript::Kind::kModule && !script.name.empty());
  return has_name ? stem(script.name) : first;
}

Result<Program> resolve_program(const std::vector<std::string>& words) {
  Program program{.path = {}, .arguments = words, .name = program_name(words)};
  const std::string& first = words.front();
  if (!is_python_script(first) || is_executable(first)) {
    const Result<std::string> path = executable_of(first);
    if (!path) return tl::unexpected(path.error());
    program.path = *path;
    return program;
  }
  if (access(first.c_str(), R_OK) != 0) return cannot_run(first, std::strerror(errno));
  const auto python = on_path("python3");
  if (!python) return cannot_run(first, "there is no python3 on PATH to run it with");
  program.path = *python;
  program.arguments.insert(program.arguments.begin(), "python3");
  program.python_added = true;
  return program;
}

Environment environment_with(const Environment& settings) {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    bool replaced = false;
    for (const std::string& setting : settings) {
      replaced = replaced || variable_of(setting) == variable_of(*entry);
    }
    if (!replaced) environment.emplace_back(*entry);
  }
  environment.insert(environment.end(), settings.begin(), settings.end());
  return environment;
}

Result<pid_t> start_program(const Program& program, const Environment& environment,
                            const InheritedSignals& signals) {
  int errors[2];
  if (pipe2(errors, O_CLOEXEC) != 0) return cannot_run(program.path, std::strerror(errno));
  const pid_t pid = fork();
  if (pid == 0) execute(program, environment, signals, errors[1]);
  const int fork_error = errno;
  close(errors[1]);
  int error = pid < 0 ? fork_error : 0;
  if (pid > 0 && read(errors[0], &error, sizeof error) != sizeof error) error = 0;
  close(errors[0]);
  if (error != 0) return cannot_run(program.path, std::strerror(error));
  return pid;
}

}  // namespace heapsnap
