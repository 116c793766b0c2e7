#include "tests/bench/graph_only.h"

#include "libsnapshot/snapshot_reader.h"
#include "libsnapshot/snapshot_writer.h"

namespace heapsnap {
namespace {

class CountingSink : public Sink {
 public:
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    bytes_ += bytes.size();
    return {};
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<std::uint64_t> graph_only_bytes(const char* path, int level) {
  Result<SnapshotReader> snapshot = SnapshotReader::open(path, {.threads = 1});
  if (!snapshot) return tl::unexpected(snapshot.error());
  CountingSink sink;
  SnapshotWriter out(sink, level);
  auto done = snapshot->for_each_nodes_chunk([&](std::size_t, const NodeChunk& chunk) {
    for (const NodeEntry& node : chunk.nodes()) {
      NodeRecord record = chunk.record(node);
      record.parts &= ~(bit(Part::kValue) | bit(Part::kExternal));
      record.refcount = 0;
      out.add(record);
    }
  });
  if (done) done = out.finish();
  if (!done) return tl::unexpected(done.error());
  return sink.bytes();
}

}  // namespace heapsnap
