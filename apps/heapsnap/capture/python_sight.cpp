#include "apps/heapsnap/capture/python_sight.h"

#include <dirent.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
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

// What is known without its memory.
PythonSight closed(PythonSight sight, int error) {
  sight.why = cannot_trace(sight.pid, error).message;
  return sight;
}

std::optional<PythonSight> by_memory(PythonSight sight, const std::vector<MappedRange>& maps,
                                     const LiveMemory& memory) {
  const auto image = PythonImage::find_in(sight.pid, memory, maps);
  if (!image) return std::nullopt;
  if (image->hexversion() != 0) sight.version = version_text(image->hexversion());
  const Result<PythonProcess> python = find_python(sight.pid);
  const Result<void> free = check_tracers(sight.pid);
  if (!python) {
    sight.why = python.error().message;
  } else if (!free) {
    sight.why = free.error().message;
  } else {
    check_methods(*python, maps, sight.methods, sight.why);
  }
  return sight;
}

}  // namespace

std::optional<PythonSight> look_at(pid_t pid, bool& hidden) {
  const auto status = status_of(pid);
  if (!status || status->state == 'Z' || status->state == 'X') return std::nullopt;
  PythonSight sight{.pid = pid, .own_pid = status->own_pid, .user = status->user};
  sight.words = words_of(pid);
  const auto maps = maps_of(pid);
  if (!maps) {
    const int error = errno;
    if (error != EACCES && error != EPERM) return std::nullopt;
    if (!sight.words.empty() && is_named_python(sight.words.front())) return closed(sight, error);
    hidden = true;
    return std::nullopt;
  }
  if (maps->empty()) return std::nullopt;  // of the kernel
  const LiveMemory memory(pid);
  char byte = 0;
  if (memory.read(maps->front().start, &byte, 1)) return by_memory(sight, *maps, memory);
  const int error = errno;
  const auto version = version_in_names(*maps);
  if (error != EPERM && error != EACCES) return by_memory(sight, *maps, memory);
  if (!version) return std::nullopt;
  sight.version = *version;
  return closed(sight, error);
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc"), closedir);
  if (folder == nullptr) return pids;
  while (const dirent* const entry = readdir(folder.get())) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size()) pids.push_back(pid);
  }
  std::ranges::sort(pids);
  return pids;
}

Sights look_at_all() {
  Sights seen;
  for (const pid_t pid : all_processes()) {
    if (pid == getpid()) continue;
    bool hidden = false;
    if (auto sight = look_at(pid, hidden)) seen.pythons.push_back(*std::move(sight));
    seen.hidden += hidden ? 1 : 0;
  }
  return seen;
}

}  // namespace heapsnap
