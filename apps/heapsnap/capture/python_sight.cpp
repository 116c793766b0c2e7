#include "apps/heapsnap/capture/python_sight.h"

#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <string_view>

#include "agent/attach/other_tracer.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/python_image.h"
#include "agent/attach/python_process.h"
#include "agent/attach/python_version.h"
#include "apps/heapsnap/capture/method_checks.h"
#include "apps/heapsnap/capture/process_words.h"

namespace heapsnap {
namespace {

bool is_named_python(std::string_view path) { return file_name(path).starts_with("python"); }

// "3.11" of a program or a library of that name; empty: none of them is Python's.
std::optional<std::string> version_in_names(const std::vector<MappedRange>& maps) {
  for (const MappedRange& range : maps) {
    const bool is_library = file_name(range.path).starts_with("libpython");
    if (!range.is_file() || !(is_library || is_named_python(range.path))) continue;
    const unsigned minor = minor_in_name(file_name(range.path));
    return minor == 0 ? "" : fmt::format("3.{}", minor);
  }
  return std::nullopt;
}

// What is known without its memory, and as far as they can be seen with its mappings.
PythonSight closed(PythonSight sight, int error, const std::vector<MappedRange>& maps) {
  const Result<PythonProcess> python = tl::unexpected(cannot_trace(sight.pid, error));
  sight.possible = possible_methods({sight.pid, python, maps});
  return sight;
}

std::optional<PythonSight> by_memory(PythonSight sight, const std::vector<MappedRange>& maps,
                                     const LiveMemory& memory) {
  const auto image = PythonImage::find_in(sight.pid, memory, maps);
  if (!image) return std::nullopt;
  if (image->hexversion() != 0) sight.version = version_text(image->hexversion());
  Result<PythonProcess> python = find_python(sight.pid);
  if (const Result<void> free = check_tracers(sight.pid); python && !free) {
    python = tl::unexpected(free.error());
  }
  sight.possible = possible_methods({sight.pid, python, maps});
  return sight;
}

// No program that was started is one, and no child that fork() made.
bool is_copy(pid_t pid) {
  const auto stat = stat_of(pid);
  return stat && stat->exit_signal == 0;
}

}  // namespace

std::optional<PythonSight> look_at(pid_t pid, bool* hidden) {
  const auto status = status_of(pid);
  if (!status || status->has_ended()) return std::nullopt;
  PythonSight sight{.pid = pid, .own_pid = status->own_pid, .user = status->user};
  sight.words = words_of(pid);
  const auto maps = maps_of(pid);
  if (!maps) {
    const int error = errno;
    if (is_copy(pid) || (error != EACCES && error != EPERM)) return std::nullopt;
    if (!sight.words.empty() && is_named_python(sight.words.front())) {
      return closed(sight, error, {});
    }
    if (hidden != nullptr) *hidden = true;
    return std::nullopt;
  }
  if (maps->empty() || is_copy(pid)) return std::nullopt;  // of the kernel, or of heapsnap
  const LiveMemory memory(pid);
  char byte = 0;
  if (memory.read(maps->front().start, &byte, 1)) return by_memory(sight, *maps, memory);
  const int error = errno;
  if (error != EPERM && error != EACCES) return by_memory(sight, *maps, memory);
  const auto version = version_in_names(*maps);
  if (!version && !shows_agent(*maps)) return std::nullopt;
  sight.version = version.value_or("");
  return closed(sight, error, *maps);
}

Sights look_at_all() {
  Sights seen;
  for (const pid_t pid : all_processes()) {
    if (pid == getpid()) continue;
    bool hidden = false;
    if (auto sight = look_at(pid, &hidden)) seen.pythons.push_back(*std::move(sight));
    seen.hidden += hidden ? 1 : 0;
  }
  return seen;
}

}  // namespace heapsnap
