#include "apps/heapsnap/capture/by_reading.h"

#include "agent/attach/passing_state.h"
#include "agent/image/process_image.h"
#include "apps/heapsnap/capture/image_to_file.h"
#include "apps/heapsnap/capture/process_files.h"

namespace heapsnap {

namespace {

Result<Captured> attempt(const CaptureOrders& orders, SnapshotNames& names) {
  const Result<ProcessImage> copy = image_of_process(orders.pid, orders.timeout);
  if (!copy) return tl::unexpected(copy.error());
  const Circumstances how = {"read", "stop", copy->pause, copy->collecting, nullptr,
                             collector_is_on(copy->python, copy->image)};
  return write_image(
      {copy->image, copy->python, how, [&] { return process_files(orders.pid); }}, orders, names);
}

}  // namespace

// Another instant may do where this one was no good: a thread was just changing the collector's
// lists.
Result<Captured> capture_by_reading(const CaptureOrders& orders, SnapshotNames& names) {
  return try_until(Clock::now() + orders.timeout, [&] { return attempt(orders, names); });
}

}  // namespace heapsnap
