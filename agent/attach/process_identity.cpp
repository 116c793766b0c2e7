#include "agent/attach/process_identity.h"

#include "agent/attach/proc_files.h"

namespace heapsnap {

ProcessIdentity identity_of(pid_t pid) {
  const auto stat = stat_of(pid);
  if (!stat) return {};
  return {stat->started, read_proc(pid, "auxv").value_or("")};
}

}  // namespace heapsnap
