#include "libsnapshot/snapshot_bytes.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libsnapshot/chunk_index.h"
#include "libsnapshot/snapshot_reader.h"
#include "tests/support/random_nodes.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

std::vector<std::uint8_t> some_snapshot() {
  SnapshotBuilder builder(0);
  for (const NodeCopy& node : random_nodes(1, 50'000)) add(builder.out(), node);
  return builder.bytes();
}

void write_file(const std::string& path, std::span<const std::uint8_t> bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

std::size_t count_nodes(SnapshotReader& snapshot) {
  std::size_t count = 0;
  const Result<void> done = snapshot.for_each_nodes_chunk(
      [&count](std::size_t, const NodeChunk& chunk) { count += chunk.nodes().size(); });
  REQUIRE(done.has_value());
  return count;
}

TEST_CASE("a file that is cut short while it is in use is used as it was") {
  const ScratchFolder folder;
  write_file(folder / "a", some_snapshot());
  Result<SnapshotReader> snapshot = SnapshotReader::open(folder / "a", {.threads = 1});
  REQUIRE(snapshot.has_value());
  std::filesystem::resize_file(folder / "a", 0);
  CHECK(count_nodes(*snapshot) == 50'000);
}

// Writes `first` into a pipe, then `again` and `again` up to so many times, and reads it.
Result<SnapshotBytes> through_pipe(std::span<const std::uint8_t> first,
                                   std::span<const std::uint8_t> again = {}, int times = 0) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  std::thread writer([&] {
    const auto write_all = [&](std::span<const std::uint8_t> bytes) {
      while (!bytes.empty()) {
        const ssize_t done = ::write(ends[1], bytes.data(), bytes.size());
        if (done <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(done));
      }
      return true;
    };
    bool more = write_all(first);
    while (more && times-- > 0) more = write_all(again);
    ::close(ends[1]);
  });
  Result<SnapshotBytes> read = SnapshotBytes::read(ends[0], "pipe");
  ::close(ends[0]);
  writer.join();
  std::signal(SIGPIPE, before);
  return read;
}

// Enough for every limit.
constexpr int kMany = 1 << 20;

TEST_CASE("a pipe is read to its end") {
  const std::vector<std::uint8_t> bytes = some_snapshot();
  REQUIRE(bytes.size() > 1 << 16);
  const Result<SnapshotBytes> read = through_pipe(bytes);
  REQUIRE(read.has_value());
  CHECK(std::equal(bytes.begin(), bytes.end(), read->bytes().begin(), read->bytes().end()));
}

// What stands before the end chunk, and one chunk of it.
struct Pieces {
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> without_end;
  std::vector<std::uint8_t> chunk;
};

Pieces pieces() {
  Pieces result{.bytes = some_snapshot(), .without_end = {}, .chunk = {}};
  const Result<ChunkIndex> index = index_chunks(result.bytes);
  REQUIRE(index.has_value());
  const auto begin = result.bytes.begin();
  result.without_end.assign(begin, begin + static_cast<std::ptrdiff_t>(index->chunks.back().offset));
  const ChunkPlace& some = index->chunks[index->chunks.size() - 2];
  REQUIRE(some.stored.size() > 1 << 16);
  result.chunk.assign(begin + static_cast<std::ptrdiff_t>(some.offset),
                      begin + static_cast<std::ptrdiff_t>(some.offset + kChunkHeaderSize +
                                                          some.stored.size()));
  return result;
}

TEST_CASE("a pipe that goes on as something else is refused where that begins") {
  const Pieces whole = pieces();
  const std::vector<std::uint8_t> zeros(1 << 16), noise(1 << 16, 0xA5);
  for (const auto& rest : {zeros, noise}) {
    const Result<SnapshotBytes> read = through_pipe(whole.without_end, rest, kMany);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::kUnreadable);
    CHECK(read.error().offset == whole.without_end.size());
    CHECK(read.error().message.starts_with("expected more of the snapshot, found "));
  }
}

TEST_CASE("a pipe that goes on behind the end of a snapshot is refused there") {
  const Pieces whole = pieces();
  const Result<SnapshotBytes> read = through_pipe(whole.bytes, whole.bytes, kMany);
  REQUIRE_FALSE(read);
  CHECK(read.error().offset == whole.bytes.size());
  CHECK(read.error().message.starts_with("expected the end of the snapshot, found "));
}

TEST_CASE("a pipe of whole chunks is read however long it is, damage in it or not") {
  const Pieces whole = pieces();
  const int times = static_cast<int>(3 * SnapshotBytes::kMostUnsound / whole.chunk.size());
  const Result<SnapshotBytes> read = through_pipe(whole.without_end, whole.chunk, times);
  REQUIRE(read.has_value());
  CHECK(read->bytes().size() ==
        whole.without_end.size() + static_cast<std::size_t>(times) * whole.chunk.size());
  std::vector<std::uint8_t> damaged = whole.without_end;
  damaged.back() ^= 1;
  CHECK(through_pipe(damaged, whole.chunk, times).has_value());  // for --partial to use
}

TEST_CASE("bytes that are there already are taken as they are") {
  const std::vector<std::uint8_t> bytes = {1, 2, 3};
  const Result<SnapshotBytes> copy = SnapshotBytes::copy(bytes);
  REQUIRE(copy.has_value());
  CHECK(std::ranges::equal(copy->bytes(), bytes));
  CHECK(SnapshotBytes::copy({})->bytes().empty());
}

TEST_CASE("what does not begin as a snapshot is refused after its first bytes") {
  const Result<SnapshotBytes> zeros = SnapshotBytes::read("/dev/zero");
  REQUIRE_FALSE(zeros);
  CHECK(zeros.error().code == ErrorCode::kUnreadable);
  CHECK(zeros.error().message == "expected a snapshot, found some other file");

  int ends[2];  // a pipe whose writer keeps it open
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "0123456789abcdef", 16) == 16);
  CHECK_FALSE(SnapshotBytes::read(ends[0], "pipe"));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("a descriptor is read from where it stands") {
  const ScratchFolder folder;
  const std::vector<std::uint8_t> bytes = some_snapshot();
  write_file(folder / "a", bytes);
  const int fd = ::open((folder / "a").c_str(), O_RDWR | O_APPEND);
  REQUIRE(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  REQUIRE(::lseek(fd, static_cast<off_t>(bytes.size()), SEEK_SET) > 0);
  const Result<SnapshotBytes> read = SnapshotBytes::read(fd, "a");
  ::close(fd);
  REQUIRE(read.has_value());
  CHECK(read->bytes().size() == bytes.size());
}

TEST_CASE("a file that cannot be read is an error that names it") {
  const Result<SnapshotBytes> file = SnapshotBytes::read("/nowhere/in");
  REQUIRE_FALSE(file);
  CHECK(file.error().code == ErrorCode::kUnreadable);
  CHECK(file.error().message == "cannot read /nowhere/in: No such file or directory");
}

}  // namespace
}  // namespace heapsnap
