#include "libsnapshot/snapshot_bytes.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

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

TEST_CASE("a pipe is read to its end") {
  const std::vector<std::uint8_t> bytes = some_snapshot();
  REQUIRE(bytes.size() > 1 << 16);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  std::thread writer([&] {
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t done = ::write(ends[1], bytes.data() + at, bytes.size() - at);
      if (done <= 0) break;
      at += static_cast<std::size_t>(done);
    }
    ::close(ends[1]);
  });
  const Result<SnapshotBytes> read = SnapshotBytes::read(ends[0], "pipe");
  ::close(ends[0]);
  writer.join();
  REQUIRE(read.has_value());
  CHECK(std::equal(bytes.begin(), bytes.end(), read->bytes().begin(), read->bytes().end()));
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
