#include "libsnapshot/snapshot_bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libsnapshot/chunk_index.h"

namespace heapsnap {
namespace {

constexpr std::size_t kFirstSize = std::size_t{1} << 20;

tl::unexpected<Error> cannot_read(const std::string& name) {
  return failure(ErrorCode::kUnreadable,
                 fmt::format("cannot read {}: {}", name, std::strerror(errno)));
}

tl::unexpected<Error> no_memory(std::size_t size, const std::string& name) {
  return failure(ErrorCode::kUnreadable,
                 fmt::format("there is no memory for the {} bytes of {}", size, name));
}

// Refuses what has too many bytes that are in no whole chunk, or behind the end chunk.
Result<void> check_sound(std::span<const std::uint8_t> bytes) {
  const Result<ChunkIndex> index = index_chunks(bytes);
  if (!index) return tl::unexpected(index.error());
  std::size_t unsound = bytes.size() - kFileHeaderSize;
  std::uint64_t end = kFileHeaderSize;  // of the first run of whole chunks
  bool at_end = false;
  for (const ChunkPlace& place : index->chunks) {
    if (at_end) break;
    const std::size_t size = kChunkHeaderSize + place.stored.size();
    unsound -= size;
    if (place.offset == end) end += size;
    at_end = place.header.kind == static_cast<std::uint8_t>(ChunkKind::kEnd);
  }
  if (unsound <= SnapshotBytes::kMostUnsound) return {};
  return failure(ErrorCode::kUnreadable,
                 fmt::format("expected {}, found {} bytes of something else, and more to come",
                             at_end ? "the end of the snapshot" : "more of the snapshot", unsound),
                 end);
}

// How much there is to read; 0 if that is not known.
std::size_t size_left(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  const off_t at = std::max<off_t>(0, ::lseek(fd, 0, SEEK_CUR));
  return status.st_size > at ? static_cast<std::size_t>(status.st_size - at) : 0;
}

}  // namespace

Result<SnapshotBytes> SnapshotBytes::copy(std::span<const std::uint8_t> bytes) {
  SnapshotBytes file;
  if (!file.reserve(bytes.size())) return no_memory(bytes.size(), "a snapshot");
  std::ranges::copy(bytes, file.memory_.get());
  file.size_ = bytes.size();
  return file;
}

Result<SnapshotBytes> SnapshotBytes::read(const std::string& path) {
  if (path == "-") return read(STDIN_FILENO, "standard input");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return cannot_read(path);
  Result<SnapshotBytes> file = read(fd, path);
  ::close(fd);
  return file;
}

Result<SnapshotBytes> SnapshotBytes::read(int fd, const std::string& name) {
  SnapshotBytes file;
  const std::size_t expected = size_left(fd);
  Result<void> done = file.read_up_to(kFileHeaderSize, fd, name);
  if (!done) return tl::unexpected(done.error());
  if (const auto minor = check_file_header(file.bytes()); !minor) {
    return tl::unexpected(minor.error());
  }
  // One byte more than is expected, so that the end shows without more memory.
  for (std::size_t next = std::max(expected + 1, kFirstSize); file.size_ == file.capacity_;
       next = 2 * file.capacity_) {
    if (file.size_ > kMostUnsound) done = check_sound(file.bytes());
    if (!done) return tl::unexpected(done.error());
    done = file.read_up_to(next, fd, name);
    if (!done) return tl::unexpected(done.error());
  }
  if (file.size_ < expected) {
    return failure(ErrorCode::kUnreadable,
                   fmt::format("{} became shorter while it was read: {} bytes where {} were "
                               "expected; try again when nothing writes to it",
                               name, file.size_, expected));
  }
  return file;
}

// realloc moves large memory without copying it.
bool SnapshotBytes::reserve(std::size_t capacity) {
  void* larger = std::realloc(memory_.get(), std::max<std::size_t>(1, capacity));
  if (larger == nullptr) return false;
  static_cast<void>(memory_.release());
  memory_.reset(static_cast<std::uint8_t*>(larger));
  capacity_ = capacity;
  return true;
}

// Reads until there are `size` bytes, or no more.
Result<void> SnapshotBytes::read_up_to(std::size_t size, int fd, const std::string& name) {
  if (!reserve(size)) return no_memory(size, name);
  while (size_ < size) {
    const ssize_t got = ::read(fd, memory_.get() + size_, size - size_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(name);
    if (got == 0) break;
    size_ += static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace heapsnap
