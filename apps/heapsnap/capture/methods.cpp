#include "apps/heapsnap/capture/methods.h"

#include <optional>

#include "apps/heapsnap/capture/by_reading.h"
#include "apps/heapsnap/capture/by_remote_fork.h"

namespace heapsnap {
namespace {

constexpr CaptureMethod kMethods[] = {
    {"remote-fork", capture_by_remote_fork},
    {"read", capture_by_reading},
};

}  // namespace

std::span<const CaptureMethod> capture_methods() { return kMethods; }

Result<Captured> capture_by(std::string_view method, const CaptureOrders& orders,
                            SnapshotNames& names) {
  std::optional<Error> first;
  for (const CaptureMethod& candidate : kMethods) {
    if (method != "auto" && method != candidate.name) continue;
    Result<Captured> captured = candidate.capture(orders, names);
    if (captured) return captured;
    if (!first) first = captured.error();
    if (captured.error().code != ErrorCode::kCapture) break;
  }
  return tl::unexpected(*first);
}

}  // namespace heapsnap
