#include "apps/heapsnap/file_order.h"

#include <fmt/format.h>

#include <cstddef>

namespace heapsnap {

std::optional<OutOfOrder> out_of_order(const std::vector<Origin>& snapshots) {
  std::optional<OutOfOrder> found;
  for (std::size_t i = 1; i < snapshots.size(); ++i) {
    const Origin &before = snapshots[i - 1], &snapshot = snapshots[i];
    if (snapshot.time_ns == 0 || snapshot.time_ns >= before.time_ns) continue;
    const bool one_process = snapshot.pid && snapshot.pid == before.pid;
    if (found && !one_process) continue;
    found = OutOfOrder{fmt::format("{} was captured before {}: give the oldest first, as "
                                   "$(ls -v ...) does for names with numbers",
                                   snapshot.file, before.file),
                       one_process};
    if (one_process) break;
  }
  return found;
}

std::optional<std::string> given_twice(const std::vector<Origin>& snapshots) {
  for (std::size_t i = 1; i < snapshots.size(); ++i) {
    const Origin& snapshot = snapshots[i];
    for (std::size_t k = 0; k < i; ++k) {
      const Origin& other = snapshots[k];
      if (snapshot.file == other.file) return snapshot.file + " is given twice: nothing grows in it";
      const bool is_copy = snapshot.time_ns != 0 && snapshot.time_ns == other.time_ns &&
                           snapshot.pid == other.pid;
      if (!is_copy) continue;
      return fmt::format("{} is the same snapshot as {}: nothing grows between them", snapshot.file,
                         other.file);
    }
  }
  return std::nullopt;
}

}  // namespace heapsnap
