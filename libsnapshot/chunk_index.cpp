#include "libsnapshot/chunk_index.h"

#include <algorithm>

#include <fmt/format.h>

#include "libsnapshot/byte_decoding.h"

namespace heapsnap {
namespace {

// Bytes that the search for a chunk after damage may checksum, so that a file made up of
// headers does not take for ever. Real damage needs one chunk's worth.
constexpr std::uint64_t kSearchBudget = std::uint64_t{256} << 20;

enum class Found { kWhole, kRunsPastEnd, kBroken };

class Indexer {
 public:
  explicit Indexer(std::span<const std::uint8_t> file) : file_(file) {}

  ChunkIndex run() {
    std::size_t at = kFileHeaderSize;
    while (at < file_.size()) {
      ChunkPlace place;
      const Found found = look(at, place);
      if (found == Found::kWhole) {
        at += kChunkHeaderSize + place.stored.size();
        index_.chunks.push_back(place);
        continue;
      }
      const std::size_t next = next_whole(at, place);
      // A piece of a chunk and then nothing is how a file looks that is cut off.
      if (next == file_.size() && found == Found::kRunsPastEnd && !has_end()) break;
      report("damaged chunk: its checksum or its header is wrong", at);
      at = next;
    }
    check_order();
    return std::move(index_);
  }

 private:
  void report(std::string message, std::uint64_t offset) {
    index_.problems.push_back({ErrorCode::kUnreadable, std::move(message), offset});
  }

  Found look(std::size_t at, ChunkPlace& place) const {
    const std::span<const std::uint8_t> rest = file_.subspan(at);
    place.offset = at;
    switch (check_chunk_header(rest, place.header)) {
      case HeaderCheck::kShort:
        return Found::kRunsPastEnd;
      case HeaderCheck::kBad:
        return Found::kBroken;
      case HeaderCheck::kGood:
        break;
    }
    if (place.header.stored_length > rest.size() - kChunkHeaderSize) return Found::kRunsPastEnd;
    place.stored = rest.subspan(kChunkHeaderSize, place.header.stored_length);
    const std::uint32_t crc = crc_.of(place.stored.data(), place.stored.size(),
                                      crc_.of(rest.data(), kCheckedHeader));
    return crc == get_fixed<std::uint32_t>(&rest[kCheckedHeader]) ? Found::kWhole : Found::kBroken;
  }

  // Where the next whole chunk after the broken one at `at` begins, or the end of the file.
  std::size_t next_whole(std::size_t at, const ChunkPlace& broken) {
    ChunkPlace place;
    const std::size_t after = at + kChunkHeaderSize + broken.stored.size();
    if (!broken.stored.empty() && (after == file_.size() || look(after, place) == Found::kWhole)) {
      return after;
    }
    for (std::size_t next = at + 1; next < file_.size() && searched_ < kSearchBudget; ++next) {
      const Found found = look(next, place);
      if (found == Found::kWhole) return next;
      searched_ += 1 + place.stored.size();
      place.stored = {};
    }
    return file_.size();
  }

  bool has_end() const {
    return std::ranges::any_of(index_.chunks, [](const ChunkPlace& place) {
      return place.header.kind == static_cast<std::uint8_t>(ChunkKind::kEnd);
    });
  }

  void check_order() {
    constexpr auto kFacts = static_cast<std::uint8_t>(ChunkKind::kFacts);
    constexpr auto kEnd = static_cast<std::uint8_t>(ChunkKind::kEnd);
    const std::vector<ChunkPlace>& chunks = index_.chunks;
    index_.cut_off = !has_end();
    if (chunks.empty() || !index_.problems.empty()) return;
    if (chunks.front().header.kind != kFacts) {
      report("expected a chunk of facts first", chunks.front().offset);
    }
    for (std::size_t i = 0; i + 1 < chunks.size(); ++i) {
      if (chunks[i].header.kind != kEnd) continue;
      return report("expected nothing after the end chunk", chunks[i + 1].offset);
    }
  }

  std::span<const std::uint8_t> file_;
  Crc32c crc_;
  ChunkIndex index_;
  std::uint64_t searched_ = 0;
};

}  // namespace

HeaderCheck check_chunk_header(std::span<const std::uint8_t> bytes, ChunkHeader& header) {
  if (bytes.size() < kChunkHeaderSize) return HeaderCheck::kShort;
  header.stored_length = get_fixed<std::uint32_t>(&bytes[0]);
  header.raw_length = get_fixed<std::uint32_t>(&bytes[4]);
  header.kind = bytes[8];
  header.codec = static_cast<Codec>(bytes[9]);
  const bool is_known = header.codec == Codec::kNone || header.codec == Codec::kZstd;
  if (!is_known || get_fixed<std::uint16_t>(&bytes[10]) != 0) return HeaderCheck::kBad;
  if (header.stored_length > kMaxChunk || header.raw_length > kMaxChunk) return HeaderCheck::kBad;
  if (header.codec == Codec::kNone && header.stored_length != header.raw_length) {
    return HeaderCheck::kBad;
  }
  return HeaderCheck::kGood;
}

Result<std::uint16_t> check_file_header(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) {
    return failure(ErrorCode::kUnreadable, "expected a snapshot, found an empty file", 0);
  }
  if (bytes.size() < sizeof kMagic ||
      !std::equal(std::begin(kMagic), std::end(kMagic), bytes.begin())) {
    return failure(ErrorCode::kUnreadable, "expected a snapshot, found some other file", 0);
  }
  if (bytes.size() < kFileHeaderSize) {
    return failure(ErrorCode::kUnreadable, "the snapshot ends within its first 16 bytes", 0);
  }
  const auto major = get_fixed<std::uint16_t>(&bytes[8]);
  if (major != kMajorVersion) {
    return failure(ErrorCode::kUnreadable,
                   fmt::format("format version {}, where this heapsnap reads {}; try a heapsnap of "
                               "the age of the file's",
                               major, kMajorVersion),
                   8);
  }
  if (get_fixed<std::uint32_t>(&bytes[12]) != 0) {
    return failure(ErrorCode::kUnreadable, "damaged header: expected zeros", 12);
  }
  return get_fixed<std::uint16_t>(&bytes[10]);
}

Result<ChunkIndex> index_chunks(std::span<const std::uint8_t> file) {
  const Result<std::uint16_t> minor = check_file_header(file);
  if (!minor) return tl::unexpected(minor.error());
  ChunkIndex index = Indexer(file).run();
  index.minor_version = *minor;
  return index;
}

}  // namespace heapsnap
