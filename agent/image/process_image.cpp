#include "agent/image/process_image.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "agent/attach/held_signals.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/stopped_process.h"
#include "agent/image/copied_memory.h"

namespace heapsnap {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kStopsOutsideCollections = 60;  // then one while the collector runs will do

// What can change, of a process that stands still.
Result<std::vector<MappedRange>> copy_what_changes(pid_t pid, milliseconds longest,
                                                   MemoryImage& image) {
  const auto maps = maps_of(pid);
  if (!maps) return tl::unexpected(cannot_trace(pid, errno));
  const Result<void> copied =
      copy_memory(pid, *maps, CopiedPart::kWritable, Clock::now() + longest, image);
  if (!copied) return tl::unexpected(copied.error());
  return *maps;
}

// Nothing: the collector ran, and there is time for another attempt.
Result<std::optional<ProcessImage>> attempt(const PythonProcess& python, milliseconds longest,
                                            bool last, std::chrono::nanoseconds& stood) {
  ProcessImage result{.python = python};
  Result<StoppedProcess> stopped = StoppedProcess::stop(python.pid, Threads::kAll);
  if (!stopped) return tl::unexpected(stopped.error());
  if (identity_of(python.pid) != python.identity) return tl::unexpected(replaced(python.pid));
  result.collecting = is_collecting(python);
  if (result.collecting && !last) {
    stopped->release();
    stood += stopped->duration();
    return std::nullopt;
  }
  const Result<std::vector<MappedRange>> maps =
      copy_what_changes(python.pid, longest, result.image);
  stopped->release();
  if (!maps) return tl::unexpected(maps.error());
  result.pause = stood + stopped->duration();
  const Result<void> rest =
      copy_memory(python.pid, *maps, CopiedPart::kConstant, Clock::time_point::max(), result.image);
  if (!rest) return tl::unexpected(rest.error());
  if (identity_of(python.pid) != python.identity) return tl::unexpected(replaced(python.pid));
  result.image.seal();
  return std::optional<ProcessImage>(std::move(result));
}

}  // namespace

Result<ProcessImage> image_of_process(pid_t pid, milliseconds timeout) {
  const HeldSignals held;
  const auto deadline = Clock::now() + timeout;
  const Result<PythonProcess> python = find_python(pid);
  if (!python) return tl::unexpected(python.error());
  std::chrono::nanoseconds stood{0};  // in vain
  for (unsigned attempts = 1;; ++attempts) {
    const bool last = attempts > kStopsOutsideCollections || Clock::now() >= deadline;
    Result<std::optional<ProcessImage>> image = attempt(*python, timeout, last, stood);
    if (!image) return tl::unexpected(or_replaced(*python, image.error()));
    if (*image) return **std::move(image);
    std::this_thread::sleep_for(milliseconds(1 + attempts * 5 % 7));
  }
}

}  // namespace heapsnap
