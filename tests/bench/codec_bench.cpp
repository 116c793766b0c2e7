// codec_bench FILE: what it costs to read, decode and encode the nodes of a snapshot.
//
// Every figure is the smallest of some repetitions, on one thread, in nanoseconds a node record;
// `read` is a copy of the uncompressed bytes, for comparison.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "libsnapshot/compression.h"
#include "libsnapshot/node_decoder.h"
#include "libsnapshot/node_encoder.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {
namespace {

constexpr int kRepetitions = 7;

struct Costs {
  double read = 0;
  double checksum = 0;
  double decompress = 0;
  double decode = 0;
  double encode = 0;
  std::size_t records = 0;
  std::size_t edges = 0;
  std::size_t stored_bytes = 0;
  std::size_t bytes = 0;
};

// Nanoseconds that `work` takes at best.
double best_time(const std::function<void()>& work) {
  double best = 1e300;
  for (int i = 0; i < kRepetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
    best = std::min(best, spent.count());
  }
  return best;
}

class ChunkBench {
 public:
  // False if the chunk cannot be decoded, or is not encoded as it was.
  bool run(const ChunkPlace& place, Costs& costs) {
    bool ok = true;
    costs.checksum += best_time([&] { sum_ = crc_.of(place.stored.data(), place.stored.size()); });
    costs.decompress += best_time([&] {
      const Result<void> done =
          decompressor_.decompress(place.header, place.stored, place.offset, payload_);
      ok &= done.has_value();
    });
    costs.decode += best_time(
        [&] { ok &= decoder_.decode(payload_, place.offset, chunk_).has_value(); });
    if (!ok) return false;
    const auto bytes = payload_.bytes();
    costs.read += best_time([&] { std::memcpy(copy_.data(), bytes.data(), bytes.size()); });
    records_.clear();
    for (const NodeEntry& node : chunk_.nodes()) records_.push_back(chunk_.record(node));
    std::uint8_t* end = nullptr;
    costs.encode += best_time([&] { end = encode(); });
    costs.records += records_.size();
    costs.edges += chunk_.edges().size();
    costs.stored_bytes += place.stored.size();
    costs.bytes += bytes.size();
    return std::equal(bytes.begin(), bytes.end(), copy_.data(), end);
  }

 private:
  std::uint8_t* encode() {
    encoder_->reset();
    std::uint8_t* out = copy_.data();
    for (const NodeRecord& record : records_) out = encoder_->encode(record, out);
    return out;
  }

  Crc32c crc_;
  Decompressor decompressor_;
  NodeDecoder decoder_;
  PaddedBytes payload_;
  NodeChunk chunk_;
  std::vector<NodeRecord> records_;
  std::vector<std::uint8_t> copy_ = std::vector<std::uint8_t>(2 * kMaxChunk);
  std::unique_ptr<NodeEncoder> encoder_ = std::make_unique<NodeEncoder>();
  volatile std::uint32_t sum_ = 0;
};

int run(const char* path) {
  const Result<SnapshotReader> snapshot = SnapshotReader::open(path);
  if (!snapshot) {
    fmt::print(stderr, "{}: {}\n", path, snapshot.error().message);
    return 1;
  }
  Costs costs;
  ChunkBench bench;
  for (const ChunkPlace& place : snapshot->chunks()) {
    if (place.header.kind != static_cast<std::uint8_t>(ChunkKind::kNodes)) continue;
    if (!bench.run(place, costs)) {
      fmt::print(stderr, "{}: the chunk at {} is not as the encoder has it\n", path, place.offset);
      return 1;
    }
  }
  const auto records = static_cast<double>(std::max<std::size_t>(1, costs.records));
  fmt::print("{} node records, {:.2f} edges each\n", costs.records,
             static_cast<double>(costs.edges) / records);
  fmt::print("bytes a record: {:.2f} in the stream, {:.2f} in the file\n",
             static_cast<double>(costs.bytes) / records,
             static_cast<double>(costs.stored_bytes) / records);
  fmt::print("ns a record: checksum {:.2f}, decompress {:.2f}, decode {:.2f}, encode {:.2f}, "
             "read {:.2f}\n",
             costs.checksum / records, costs.decompress / records, costs.decode / records,
             costs.encode / records, costs.read / records);
  return 0;
}

}  // namespace
}  // namespace heapsnap

int main(int argc, char** argv) {
  if (argc == 2) return heapsnap::run(argv[1]);
  fmt::print(stderr, "usage: codec_bench FILE\n");
  return 2;
}
