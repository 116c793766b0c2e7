#include "apps/heapsnap/file_order.h"

#include <fmt/format.h>

#include <cstddef>

namespace heapsnap {

std::optional<OutOfOrder> out_of_order(const std::vector<Origin>& snapshots) {
  for (std::size_t i = 1; i < snapshots.size(); ++i) {
    const Origin &before = snapshots[i - 1], &snapshot = snapshots[i];
    if (snapshot.time_ns == 0 || snapshot.time_ns >= before.time_ns) continue;
    return OutOfOrder{fmt::format("{} was captured before {}: give the oldest first, as $(ls -v ...) "
                                  "does for names with numbers",
                                  snapshot.file, before.file),
                      snapshot.pid && snapshot.pid == before.pid};
  }
  return std::nullopt;
}

}  // namespace heapsnap
