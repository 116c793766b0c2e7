// Reads whatever it is given as a snapshot, all of it, the way commands do: as it is, and with
// its checksums put right, since no mutation gets past those.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libsnapshot/chunk_header.h"
#include "libsnapshot/chunk_index.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {
namespace {

void put_checksums_right(std::vector<std::uint8_t>& file) {
  const Crc32c crc;
  std::size_t at = kFileHeaderSize;
  while (at < file.size()) {
    const std::span<std::uint8_t> rest = std::span<std::uint8_t>(file).subspan(at);
    ChunkHeader header;
    if (check_chunk_header(rest, header) != HeaderCheck::kGood) return;
    if (header.stored_length > rest.size() - kChunkHeaderSize) return;
    put_chunk_header(rest.data(), header, crc);
    at += kChunkHeaderSize + header.stored_length;
  }
}

// Sums up what it reads, so that every byte of it is looked at.
std::uint64_t read_node(const NodeChunk& chunk, const NodeEntry& node) {
  std::uint64_t sum = chunk.code(node) + chunk.value(node).text.size();
  for (std::size_t i = 0; i < kPartCount; ++i) {
    for (const Address edge : chunk.edges(node, static_cast<Part>(i))) sum += edge;
  }
  const NodeRecord record = chunk.record(node);
  for (const std::uint16_t offset : chunk.offsets(chunk.shape_of(node))) sum += offset;
  for (std::size_t i = 0; i < record.value_size; ++i) sum += record.value[i];
  return sum + record.external + record.start;
}

void read_all(std::vector<std::uint8_t> file, bool partial) {
  Result<SnapshotReader> snapshot =
      SnapshotReader::open(SnapshotBytes::copy(file).value(), {.partial = partial, .threads = 1});
  if (!snapshot) return;
  volatile std::uint64_t sum = 0;
  const Result<void> nodes = snapshot->for_each_nodes_chunk(
      [&sum](std::size_t, const NodeChunk& chunk) {
        for (const NodeEntry& node : chunk.nodes()) sum = sum + read_node(chunk, node);
      });
  const Result<void> texts = snapshot->for_each_text(
      [&sum](const TextRecord& text) { sum = sum + text.value.text.size(); });
  for (const SiteRecord& site : snapshot->tables().sites) sum = sum + site.file.size() + site.line;
  const Result<void> allocations = snapshot->for_each_allocation(
      [&sum](const AllocationRecord& record) { sum = sum + record.address + record.site; });
  if (partial && (!nodes || !texts || !allocations)) __builtin_trap();  // it passes over all damage
}

}  // namespace
}  // namespace heapsnap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> file(data, data + size);
  heapsnap::read_all(file, false);
  heapsnap::read_all(file, true);
  heapsnap::put_checksums_right(file);
  heapsnap::read_all(file, false);
  heapsnap::read_all(file, true);
  return 0;
}
