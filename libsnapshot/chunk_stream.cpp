#include "libsnapshot/chunk_stream.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "libsnapshot/byte_decoding.h"
#include "libsnapshot/chunk_index.h"

namespace heapsnap {
namespace {

tl::unexpected<Error> damaged(std::uint64_t offset) {
  return failure(ErrorCode::kUnreadable, "damaged chunk: its checksum or its header is wrong",
                 offset);
}

tl::unexpected<Error> breaks_off(std::uint64_t offset) {
  return failure(ErrorCode::kUnreadable, "the stream breaks off within a chunk", offset);
}

}  // namespace

ChunkStream::ChunkStream(int fd)
    : fd_(fd), stored_(std::make_unique_for_overwrite<std::uint8_t[]>(kMaxChunk)) {}

// As many bytes as there are, up to `size`.
Result<std::size_t> ChunkStream::read(std::uint8_t* into, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(fd_, into + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return failure(ErrorCode::kUnreadable,
                     fmt::format("cannot read the stream: {}", std::strerror(errno)), offset_);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
    offset_ += static_cast<std::uint64_t>(got);
  }
  return done;
}

Result<void> ChunkStream::start() {
  started_ = true;
  std::uint8_t header[kFileHeaderSize];
  const Result<std::size_t> size = read(header, sizeof header);
  if (!size) return tl::unexpected(size.error());
  const Result<std::uint16_t> minor = check_file_header({header, *size});
  if (!minor) return tl::unexpected(minor.error());
  return {};
}

Result<bool> ChunkStream::next(PaddedBytes& payload) {
  if (!started_) {
    if (Result<void> done = start(); !done) return tl::unexpected(done.error());
  }
  const std::uint64_t at = offset_;
  std::uint8_t header[kChunkHeaderSize];
  Result<std::size_t> size = read(header, sizeof header);
  if (!size) return tl::unexpected(size.error());
  if (*size == 0) return false;
  if (*size < sizeof header) return breaks_off(at);
  if (check_chunk_header(header, header_) != HeaderCheck::kGood) return damaged(at);
  size = read(stored_.get(), header_.stored_length);
  if (!size) return tl::unexpected(size.error());
  if (*size < header_.stored_length) return breaks_off(at);
  const std::uint32_t crc = crc_.of(stored_.get(), *size, crc_.of(header, kCheckedHeader));
  if (crc != get_fixed<std::uint32_t>(&header[kCheckedHeader])) return damaged(at);
  const Result<void> done = decompressor_.decompress(header_, {stored_.get(), *size}, at, payload);
  if (!done) return tl::unexpected(done.error());
  return true;
}

}  // namespace heapsnap
