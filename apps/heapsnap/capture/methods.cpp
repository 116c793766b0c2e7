#include "apps/heapsnap/capture/methods.h"

#include <new>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "agent/attach/other_tracer.h"
#include "agent/attach/passing_state.h"
#include "agent/attach/python_process.h"
#include "apps/heapsnap/capture/by_agent.h"
#include "apps/heapsnap/capture/by_reading.h"
#include "apps/heapsnap/capture/by_remote_exec.h"
#include "apps/heapsnap/capture/by_remote_fork.h"
#include "apps/heapsnap/capture/method_checks.h"

namespace heapsnap {
namespace {

constexpr CaptureMethod kMethods[] = {
    {"remote-fork", "fork", true, "", true, allows_copy, capture_by_remote_fork},
    {"agent", "", true, "", false, has_agent, capture_by_agent},
    {"remote-exec", "", false, "", true, takes_scripts, capture_by_remote_exec},
    {"read", "stop", true, ", which stopped the process for longer", true, allows_tracing,
     capture_by_reading},
};

bool fits(const CaptureMethod& method, std::string_view mode) {
  return mode.empty() || method.mode.empty() || method.mode == mode;
}

// What the methods before the one that was taken said, or before the end.
class Reasons {
 public:
  void add(std::string_view method, const Error& error) {
    all_ += fmt::format("{}{}: {}", all_.empty() ? "" : "; ", method, error.message);
    if (!error_) {
      error_ = error;
      first_ = error.message;
    } else if (error.message != first_) {
      error_->message += fmt::format("; nor by {}: {}", method, error.message);
    }
  }

  bool any() const { return error_.has_value(); }
  const Error& error() const { return *error_; }

  std::string warning(const CaptureMethod& taken) const {
    return fmt::format("not possible: {}; captured by {} instead{}", all_, taken.name,
                       taken.remark);
  }

 private:
  std::string all_;
  std::string first_;
  std::optional<Error> error_;
};

Result<void> check(const CaptureMethod& method, const Looks& looks) {
  if (method.traces && !looks.python) return tl::unexpected(looks.python.error());
  return method.check(looks);
}

tl::unexpected<Error> wrong_mode(const CaptureMethod& method) {
  return failure(ErrorCode::kUsage,
                 fmt::format("--method {} is --mode {}: leave one of them away", method.name,
                             method.mode));
}

// What another method would have to wait for as well.
bool is_in_passing_state(pid_t pid) {
  const Result<PythonProcess> python = find_python(pid);
  if (!python) return python.error().passes;
  const Result<void> free = check_tracers(pid);
  return !free && free.error().passes;
}

Result<Captured> try_methods(std::string_view method, const CaptureOrders& orders,
                             SnapshotNames& names) {
  Reasons reasons;
  const unsigned failures = names.failures();
  for (const CaptureMethod& candidate : kMethods) {
    if (method == "auto" ? !candidate.by_auto : method != candidate.name) continue;
    if (!fits(candidate, orders.mode)) {
      if (method == "auto") continue;
      return wrong_mode(candidate);
    }
    Result<Captured> captured = candidate.capture(orders, names);
    if (captured) {
      if (reasons.any()) captured->warnings.push_back(reasons.warning(candidate));
      return captured;
    }
    reasons.add(candidate.name, captured.error());
    if (captured.error().code != ErrorCode::kCapture ||
        names.failures() != failures || is_in_passing_state(orders.pid)) {
      break;
    }
  }
  return tl::unexpected(reasons.error());
}

}  // namespace

std::span<const CaptureMethod> capture_methods() { return kMethods; }

PossibleMethods possible_methods(const Looks& looks) {
  PossibleMethods possible;
  for (const CaptureMethod& method : kMethods) {
    const Result<void> fit = check(method, looks);
    if (fit) {
      possible.names.emplace_back(method.name);
    } else if (possible.why.empty()) {
      possible.why = fit.error().message;
    }
  }
  if (!possible.names.empty()) possible.why.clear();
  return possible;
}

// For lack of memory one snapshot is lost, and not those that are still to come.
Result<Captured> capture_by(std::string_view method, const CaptureOrders& orders,
                            SnapshotNames& names) {
  try {
    return try_methods(method, orders, names);
  } catch (const std::bad_alloc&) {
    return failure(ErrorCode::kCapture, "no snapshot was written: there is no memory for it");
  }
}

}  // namespace heapsnap
