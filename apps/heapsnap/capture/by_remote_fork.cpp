#include "apps/heapsnap/capture/by_remote_fork.h"

#include <utility>
#include <vector>

#include "agent/attach/tracer.h"
#include "apps/heapsnap/capture/process_files.h"
#include "apps/heapsnap/run/distributions.h"

namespace heapsnap {
Result<Captured> capture_by_remote_fork(const CaptureOrders& orders, SnapshotNames& names) {
  const ForkOrders fork_orders = {.pid = orders.pid,
                                  .texts = orders.texts,
                                  .timeout = orders.timeout};
  Result<Tracer> tracer = Tracer::start(fork_orders);
  if (!tracer) return tl::unexpected(tracer.error());
  Distributions distributions;
  Result<WrittenSnapshot> written =
      write_snapshot({tracer->stream(), orders.pid}, orders.settings, names, distributions,
                     {.memory = [&] { return process_files(orders.pid); }});
  const Result<ForkOutcome> outcome = tracer->finish();
  if (!written) return tl::unexpected(outcome ? written.error() : outcome.error());
  // Only what came after the last byte of the snapshot can have failed: it is whole.
  return Captured{.snapshot = *std::move(written)};
}

}  // namespace heapsnap
