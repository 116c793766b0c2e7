#include "libsnapshot/snapshot_packer.h"

#include <utility>

#include "libsnapshot/chunk_stream.h"
#include "libsnapshot/chunk_writer.h"
#include "libsnapshot/record_codec.h"

namespace heapsnap {
namespace {

// Passes on what is written, and counts it.
class CountingSink : public Sink {
 public:
  explicit CountingSink(Sink& sink) : sink_(sink) {}
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    size_ += bytes.size();
    return sink_.write(bytes);
  }
  std::uint64_t size() const { return size_; }

 private:
  Sink& sink_;
  std::uint64_t size_ = 0;
};

Result<std::vector<Fact>> read_facts(const PaddedBytes& payload) {
  std::vector<Fact> facts;
  ByteReader in(payload.bytes());
  while (!in.at_end()) {
    read_record(in, facts.emplace_back());
    if (!in.ok()) return in.damaged("fact");
  }
  return facts;
}

template <class Record>
Result<void> write_records(ChunkWriter& out, const std::vector<Record>& records) {
  ByteWriter chunk, one;
  for (const Record& record : records) {
    one.clear();
    write_record(one, record);
    if (chunk.size() + one.size() > kMaxChunk) {
      if (Result<void> done = out.write(RecordChunk<Record>::kKind, chunk.bytes()); !done) {
        return done;
      }
      chunk.clear();
    }
    if (one.size() > kMaxChunk) {
      return failure(ErrorCode::kBug, "an addition does not fit into a chunk of 1 MiB");
    }
    chunk.bytes(one.bytes());
  }
  if (chunk.empty()) return {};
  return out.write(RecordChunk<Record>::kKind, chunk.bytes());
}

Result<void> write_additions(ChunkWriter& out, const Additions& additions) {
  Result<void> done = write_records(out, additions.facts);
  if (done) done = write_records(out, additions.distributions);
  for (const MemoryRecord& memory : additions.memory) {
    if (done) done = write_records(out, pieces_of(memory));
  }
  return done;
}

Error without_end(std::uint64_t offset) {
  return {ErrorCode::kUnreadable, "the stream breaks off before its end chunk", offset};
}

// Copies chunks until the end chunk, whose payload is left in `payload`, or until something is
// wrong with the stream. An error here is the sink's.
Result<void> copy_chunks(ChunkStream& in, ChunkWriter& out, const PackOptions& options,
                         PaddedBytes& payload, Packed& packed) {
  for (;;) {
    const std::uint64_t offset = in.offset();
    const Result<bool> more = in.next(payload);
    packed.stream_bytes = in.offset();
    if (!more) packed.problem = more.error();
    if (more && !*more) packed.problem = without_end(in.offset());
    if (!packed.problem && options.on_chunk) {
      Result<void> seen = options.on_chunk(in.kind(), payload, offset);
      if (!seen) packed.problem = seen.error();
    }
    if (packed.problem) return {};
    ++packed.chunks;
    if (in.kind() == ChunkKind::kEnd) return {};
    if (Result<void> done = out.write(in.kind(), payload.bytes()); !done) return done;
  }
}

Result<void> write_end(ChunkWriter& out, const PaddedBytes& payload,
                       const std::vector<Fact>& additions) {
  ByteWriter end;
  end.bytes(payload.bytes());
  for (const Fact& fact : additions) write_record(end, fact);
  if (end.size() > kMaxChunk) return failure(ErrorCode::kBug, "the end does not fit into 1 MiB");
  return out.write(ChunkKind::kEnd, end.bytes());
}

}  // namespace

Result<Packed> pack(int fd, Sink& sink, const PackOptions& options) {
  CountingSink counted(sink);
  ChunkStream in(fd);
  ChunkWriter out(counted, options.level);
  PaddedBytes payload;
  Packed packed;
  if (Result<void> done = copy_chunks(in, out, options, payload, packed); !done) {
    return tl::unexpected(done.error());
  }
  if (packed.problem && (packed.chunks == 0 || !options.keep_cut_off)) {
    return tl::unexpected(*packed.problem);
  }
  Additions additions;
  if (options.additions) additions = options.additions();
  if (Result<void> done = write_additions(out, additions); !done) {
    return tl::unexpected(done.error());
  }
  if (!packed.problem) {
    Result<std::vector<Fact>> end = read_facts(payload);
    if (!end) return tl::unexpected(end.error());
    packed.end = std::move(*end);
    if (Result<void> done = write_end(out, payload, additions.end); !done) {
      return tl::unexpected(done.error());
    }
  }
  packed.file_bytes = counted.size();
  return packed;
}

}  // namespace heapsnap
