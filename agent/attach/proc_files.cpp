#include "agent/attach/proc_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <fmt/format.h>

namespace heapsnap {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::size_t kMostLink = 4096;
constexpr std::size_t kMost = std::size_t{256} << 20;

std::optional<std::string> read_whole(int file) {
  std::string text;
  while (text.size() < kMost) {
    const std::size_t size = text.size();
    text.resize(size + kPiece);
    const ssize_t got = read(file, text.data() + size, kPiece);
    text.resize(size + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
  }
  return text;
}

// Below /proc/PID/root there may be anything: what could block, or never end, is not read.
std::optional<std::string> read_regular(int file) {
  struct stat about = {};
  if (fstat(file, &about) != 0) return std::nullopt;
  if (S_ISREG(about.st_mode)) return read_whole(file);
  errno = EINVAL;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_proc(pid_t pid, const std::string& name) {
  const std::string path = fmt::format("/proc/{}/{}", pid, name);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return std::nullopt;
  std::optional<std::string> text = read_regular(file);
  const int error = errno;
  close(file);
  errno = error;
  return text;
}

std::string link_of(pid_t pid, const std::string& name) {
  std::string text(kMostLink, '\0');
  const std::string path = fmt::format("/proc/{}/{}", pid, name);
  const ssize_t size = readlink(path.c_str(), text.data(), text.size());
  text.resize(static_cast<std::size_t>(size > 0 ? size : 0));
  return text;
}

std::optional<ProcessStat> stat_of(pid_t pid) {
  const std::optional<std::string> text = read_proc(pid, "stat");
  if (!text) return std::nullopt;
  return parse_stat(*text);
}

std::optional<ProcessStatus> status_of(pid_t pid) {
  const std::optional<std::string> text = read_proc(pid, "status");
  if (!text) return std::nullopt;
  return parse_status(*text);
}

std::optional<ProcessStatus> status_of_thread(pid_t pid, pid_t thread) {
  const std::optional<std::string> text = read_proc(pid, fmt::format("task/{}/status", thread));
  if (!text) return std::nullopt;
  return parse_status(*text);
}

std::optional<std::vector<MappedRange>> maps_of(pid_t pid) {
  const std::optional<std::string> text = read_proc(pid, "maps");
  if (!text) return std::nullopt;
  return parse_maps(*text);
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

std::vector<pid_t> threads_of(pid_t pid) {
  std::vector<pid_t> threads;
  DIR* const folder = opendir(fmt::format("/proc/{}/task", pid).c_str());
  if (folder == nullptr) return threads;
  while (const dirent* const entry = readdir(folder)) {
    const int thread = std::atoi(entry->d_name);
    if (thread > 0) threads.push_back(thread);
  }
  closedir(folder);
  return threads;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  for (const pid_t thread : threads_of(pid)) {
    const auto text = read_proc(pid, fmt::format("task/{}/children", thread));
    if (!text) continue;
    const char* at = text->c_str();
    for (char* end = nullptr;; at = end) {
      const long child = std::strtol(at, &end, 10);
      if (end == at) break;
      children.push_back(static_cast<pid_t>(child));
    }
  }
  return children;
}

}  // namespace heapsnap
