#include "apps/heapsnap/run/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>

#include "agent/attach/proc_files.h"

namespace heapsnap {
namespace {

// A file of /proc/PID, empty if it cannot be read.
std::string proc_text(pid_t pid, const char* name) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string text(8192, '\0');
  const ssize_t size = read(fd, text.data(), text.size());
  close(fd);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

// The number on the line of /proc/PID/status that starts with `field`; 0: there is none.
std::uint64_t status_number(std::string_view status, std::string_view field, int base) {
  const std::size_t at = status.find(field);
  if (at == status.npos) return 0;
  const char* begin = status.data() + at + field.size();
  std::uint64_t number = 0;
  std::from_chars(begin, status.data() + status.size(), number, base);
  return number;
}

// Kernels without CONFIG_PROC_CHILDREN list them nowhere.
std::vector<pid_t> listed_children_of(pid_t pid) {
  if (access("/proc/thread-self/children", R_OK) == 0) return children_of(pid);
  std::vector<pid_t> children = all_processes();
  std::erase_if(children, [pid](pid_t each) { return parent_of(each) != pid; });
  return children;
}

// Nobody need have waited yet for one that has ended.
bool is_relative(pid_t pid) {
  const auto stat = stat_of(pid);
  if (!stat || stat->exit_signal == 0) return false;
  return stat->state != 'Z' || threads_of(pid).size() > 1;
}

}  // namespace

std::optional<std::uint64_t> resident_bytes(pid_t pid) {
  const std::string text = proc_text(pid, "statm");
  const std::size_t blank = text.find(' ');
  if (blank == text.npos) return std::nullopt;
  std::uint64_t pages = 0;
  std::from_chars(text.data() + blank + 1, text.data() + text.size(), pages);
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

pid_t parent_of(pid_t pid) {
  return static_cast<pid_t>(status_number(proc_text(pid, "status"), "\nPPid:\t", 10));
}

std::vector<Relative> family_of(pid_t pid) {
  std::vector<Relative> family = {{pid, parent_of(pid)}};
  for (std::size_t i = 0; i < family.size(); ++i) {
    const pid_t parent = family[i].pid;
    for (const pid_t child : listed_children_of(parent)) {
      if (is_relative(child)) family.push_back({child, parent});
    }
  }
  return family;
}

std::vector<pid_t> descendants_of(pid_t pid) {
  std::vector<pid_t> others;
  for (const Relative& each : family_of(pid)) {
    if (each.pid != pid) others.push_back(each.pid);
  }
  return others;
}

std::optional<uid_t> user_of(pid_t pid) {
  const std::string status = proc_text(pid, "status");
  const std::size_t real = status.find("\nUid:\t");  // real, effective, saved, of files
  const std::size_t effective = real == status.npos ? real : status.find('\t', real + 6);
  if (effective == status.npos) return std::nullopt;
  return static_cast<uid_t>(status_number(status.substr(effective), "\t", 10));
}

bool is_running(pid_t pid) {
  const std::string status = proc_text(pid, "status");
  constexpr std::string_view kState = "\nState:\t";
  const std::size_t at = status.find(kState);
  if (at == status.npos) return false;
  const char state = status[at + kState.size()];
  return state != 'Z' && state != 'X';
}

bool takes_signal(pid_t pid, int signal) {
  const std::string status = proc_text(pid, "status");
  const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
  const std::uint64_t waiting = status_number(status, "\nShdPnd:\t", 16);
  return (status_number(status, "\nSigCgt:\t", 16) & bit) != 0 && (waiting & bit) == 0;
}

}  // namespace heapsnap
