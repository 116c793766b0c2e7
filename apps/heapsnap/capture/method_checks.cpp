#include "apps/heapsnap/capture/method_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "agent/attach/remote_fork.h"
#include "agent/attach/script_request.h"
#include "agent/attach/seccomp.h"
#include "apps/heapsnap/capture/agent_mark.h"
#include "apps/heapsnap/capture/methods.h"

namespace heapsnap {
namespace {

struct Looks {
  const PythonProcess& python;
  const std::vector<MappedRange>& maps;
};

struct MethodCheck {
  std::string_view method;
  Result<void> (*check)(const Looks& looks);
};

Result<void> allows_copy(const Looks& looks) {
  if (const auto fit = check_namespace(looks.python.pid); !fit) return fit;
  const auto options = options_under_seccomp(looks.python.pid);
  if (!options) return tl::unexpected(options.error());
  return {};
}

Result<void> has_agent(const Looks& looks) {
  const bool found = std::ranges::any_of(
      looks.maps, [](const MappedRange& range) { return parse_mark(range.path).has_value(); });
  if (found) return {};
  return failure(ErrorCode::kCapture, fmt::format("process {} has no agent of heapsnap in it",
                                                  looks.python.pid));
}

Result<void> takes_scripts(const Looks& looks) { return ScriptRequest::check(looks.python); }

constexpr MethodCheck kChecks[] = {
    {"remote-fork", allows_copy},
    {"agent", has_agent},
    {"remote-exec", takes_scripts},
};

Result<void> check(std::string_view method, const Looks& looks) {
  const auto found = std::ranges::find(kChecks, method, &MethodCheck::method);
  return found == std::end(kChecks) ? Result<void>() : found->check(looks);
}

}  // namespace

void check_methods(const PythonProcess& python, const std::vector<MappedRange>& maps,
                   std::vector<std::string>& methods, std::string& why) {
  for (const CaptureMethod& method : capture_methods()) {
    const Result<void> fit = check(method.name, {python, maps});
    if (fit) {
      methods.emplace_back(method.name);
    } else if (why.empty()) {
      why = fit.error().message;
    }
  }
  if (!methods.empty()) why.clear();
}

}  // namespace heapsnap
