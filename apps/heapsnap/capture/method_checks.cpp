#include "apps/heapsnap/capture/method_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/attach/control_group.h"
#include "agent/attach/remote_fork.h"
#include "agent/attach/script_request.h"
#include "agent/attach/seccomp.h"
#include "apps/heapsnap/capture/agent_mark.h"

namespace heapsnap {

Result<void> allows_copy(const Looks& looks) {
  if (const auto fit = check_namespace(looks.pid); !fit) return fit;
  const auto permission = permission_under_seccomp(looks.pid);
  if (!permission) return tl::unexpected(permission.error());
  return {};
}

// Of what is in the way for a moment only, or is no Python that we know, no method makes anything.
Result<void> has_agent(const Looks& looks) {
  const bool is_hopeless = !looks.python && (looks.python.error().passes ||
                                             looks.python.error().code != ErrorCode::kCapture);
  if (is_hopeless) return tl::unexpected(looks.python.error());
  if (const auto thawed = check_frozen(looks.pid); !thawed) return thawed;
  if (shows_agent(looks.maps)) return {};
  return failure(ErrorCode::kCapture,
                 fmt::format("process {} has no agent of heapsnap in it", looks.pid));
}

Result<void> takes_scripts(const Looks& looks) { return ScriptRequest::check(*looks.python); }

Result<void> allows_tracing(const Looks&) { return {}; }

bool shows_agent(const std::vector<MappedRange>& maps) {
  return std::ranges::any_of(
      maps, [](const MappedRange& range) { return parse_mark(range.path).has_value(); });
}

}  // namespace heapsnap
