#include "agent/attach/workplace.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/foreign_memory.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/python_process.h"

namespace heapsnap {

Result<Workplace> find_workplace(pid_t pid, CallPermission permission) {
  ProcessIdentity identity = identity_of(pid);
  auto maps = maps_of(pid);
  if (!maps) return tl::unexpected(cannot_trace(pid, errno));
  const auto sites = find_code_sites(LiveMemory(pid), *maps);
  if (sites) return Workplace{pid, std::move(identity), *std::move(maps), *sites, permission};
  return failure(ErrorCode::kCapture,
                 fmt::format("process {} has no C library that we know; start it with heapsnap "
                             "run",
                             pid));
}

Result<void> check_workplace(const Workplace& place, pid_t thread) {
  const bool same = place.identity == identity_of(place.pid) &&
                    are_there(LiveMemory(place.pid), place.sites);
  if (!same) return tl::unexpected(replaced(place.pid));
  const auto status = status_of_thread(place.pid, thread);
  if (!status) return tl::unexpected(gone(place.pid));
  if (place.permission.holds_for(*status)) return {};
  return passing_failure(fmt::format("thread {} of process {} has got a seccomp filter just now",
                                     thread, place.pid));
}

}  // namespace heapsnap
