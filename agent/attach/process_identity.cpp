#include "agent/attach/process_identity.h"

#include "agent/attach/proc_files.h"

namespace heapsnap {

bool ProcessIdentity::is_changing() const {
  constexpr std::size_t kEntry = 16;  // one of zeros ends it
  return has_memory() && auxiliary.find_first_not_of('\0') >= kEntry;
}

ProcessIdentity identity_of(pid_t pid) {
  const auto stat = stat_of(pid);
  if (!stat) return {};
  return {stat->started, read_proc(pid, "auxv").value_or("")};
}

}  // namespace heapsnap
