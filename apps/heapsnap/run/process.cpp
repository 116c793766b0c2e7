#include "apps/heapsnap/run/process.h"

#include <unistd.h>

#include <charconv>
#include <string>

#include "agent/attach/proc_files.h"

namespace heapsnap {
namespace {

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
  const auto sizes = read_proc(pid, "statm");  // of all, of what is resident, ..., in pages
  const std::size_t blank = sizes ? sizes->find(' ') : std::string::npos;
  if (blank == std::string::npos) return std::nullopt;
  std::uint64_t pages = 0;
  std::from_chars(sizes->data() + blank + 1, sizes->data() + sizes->size(), pages);
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

pid_t parent_of(pid_t pid) {
  const auto stat = stat_of(pid);
  return stat ? stat->parent : 0;
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
  const auto status = status_of(pid);
  return status ? std::optional<uid_t>(status->user) : std::nullopt;
}

bool is_running(pid_t pid) {
  const auto status = status_of(pid);
  return status && !status->has_ended();
}

bool takes_signal(pid_t pid, int signal) {
  const auto status = status_of(pid);
  const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
  return status && (status->handled & bit) != 0 && (status->shared_pending & bit) == 0;
}

}  // namespace heapsnap
