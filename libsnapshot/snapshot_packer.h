// The packer turns the stream that a walker writes into a file: it verifies each chunk as it
// arrives, compresses it, and adds what only the receiver knows.
//
//     Result<Packed> packed = pack(socket, file, {.additions = [&] { return ...; }});
//     if (packed && packed->problem) warn(packed->problem->message);
//
// One chunk is in memory at a time. What arrived before the stream broke off, or before its first
// damaged chunk, is kept: a snapshot without an end, which readers call cut off.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "libsnapshot/padded_bytes.h"
#include "libsnapshot/records.h"
#include "libsnapshot/result.h"
#include "libsnapshot/sink.h"

namespace heapsnap {

struct Additions {
  std::vector<Fact> facts = {};  // they replace those of the stream, but for those of its end
  std::vector<Fact> end = {};    // they replace those of its end
  std::vector<DistributionRecord> distributions = {};
  std::vector<MemoryRecord> memory = {};
};

struct PackOptions {
  int level = 1;  // zstd's; 0 stores chunks as they are
  // Shown each chunk of the stream, the end too; an error makes it a damaged one.
  std::function<Result<void>(ChunkKind, const PaddedBytes&, std::uint64_t offset)> on_chunk = {};
  // Called when the stream is over: how long the target stood still is known only then.
  std::function<Additions()> additions = {};
  bool keep_cut_off = true;  // if not, a stream without its end is an error
};

struct Packed {
  std::optional<Error> problem = {};  // why there is no end chunk; its offset is in the stream
  std::uint64_t chunks = 0;
  std::uint64_t stream_bytes = 0;
  std::uint64_t file_bytes = 0;
  std::vector<Fact> end = {};  // the totals that the stream ended with
};

// Reads a stream to its end chunk from a blocking descriptor. Fails if not even its first chunk
// is whole, and if the sink fails.
[[nodiscard]] Result<Packed> pack(int fd, Sink& sink, const PackOptions& options);

}  // namespace heapsnap
