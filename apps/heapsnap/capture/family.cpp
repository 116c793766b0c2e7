#include "apps/heapsnap/capture/family.h"

#include "apps/heapsnap/capture/python_sight.h"
#include "apps/heapsnap/run/process.h"

namespace heapsnap {

std::vector<Relative> family_of(pid_t pid) {
  std::vector<Relative> everybody;
  for (const pid_t each : all_processes()) everybody.push_back({each, parent_of(each)});
  std::vector<Relative> family = {{pid, parent_of(pid)}};
  for (std::size_t i = 0; i < family.size(); ++i) {
    const pid_t parent = family[i].pid;
    for (const Relative& each : everybody) {
      if (each.parent == parent && each.pid != pid) family.push_back(each);
    }
  }
  return family;
}

}  // namespace heapsnap
