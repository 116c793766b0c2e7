#include "apps/heapsnap/capture/family.h"

#include "agent/attach/proc_files.h"
#include "apps/heapsnap/capture/python_sight.h"
#include "apps/heapsnap/run/process.h"

namespace heapsnap {

namespace {

// Nobody has waited for it yet.
bool has_ended(pid_t pid) {
  const auto stat = stat_of(pid);
  return !stat || (stat->state == 'Z' && threads_of(pid).size() <= 1);
}

}  // namespace

std::vector<Relative> family_of(pid_t pid) {
  std::vector<Relative> everybody;
  for (const pid_t each : all_processes()) everybody.push_back({each, parent_of(each)});
  std::vector<Relative> family = {{pid, parent_of(pid)}};
  for (std::size_t i = 0; i < family.size(); ++i) {
    const pid_t parent = family[i].pid;
    for (const Relative& each : everybody) {
      const bool is_child = each.parent == parent && each.pid != pid;
      if (is_child && !has_ended(each.pid)) family.push_back(each);
    }
  }
  return family;
}

}  // namespace heapsnap
