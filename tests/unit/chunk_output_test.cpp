#include "agent/walk/chunk_output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <numeric>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/stream_file.h"

namespace heapsnap {
namespace {

constexpr std::size_t kSmall = kChunkHeaderSize + 100;

TEST_CASE("records are gathered in chunks that none of them crosses") {
  StreamFile file;
  Recovery recovery;
  ChunkOutput output(file.descriptor(), recovery);
  std::uint8_t memory[kSmall];
  Chunk roots(output, ChunkKind::kRoots, memory, sizeof memory);
  for (std::uint8_t i = 0; i < 10; ++i) {
    std::uint8_t* out = roots.reserve(30);
    for (int j = 0; j < 30; ++j) out = put_u8(out, i);
    roots.commit(out);
  }
  roots.flush();
  const std::vector<StreamChunk> chunks = file.chunks();
  REQUIRE(chunks.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(chunks[i].kind == ChunkKind::kRoots);
    CHECK(chunks[i].payload.size() == (i < 3 ? 90 : 30));
  }
  CHECK(chunks[3].payload[0] == 9);
  CHECK(output.bytes() == file.bytes().size());
}

TEST_CASE("a chunk without records is not written, and a new one has no previous address") {
  StreamFile file;
  Recovery recovery;
  ChunkOutput output(file.descriptor(), recovery);
  std::uint8_t memory[kSmall];
  Chunk keys(output, ChunkKind::kKeys, memory, sizeof memory);
  keys.flush();
  CHECK(file.bytes().empty());
  keys.previous = 0x1000;
  keys.commit(put_u8(keys.reserve(1), 1));
  CHECK_FALSE(keys.empty());
  keys.flush();
  CHECK(keys.empty());
  CHECK(keys.previous == 0);
}

TEST_CASE("a reader that takes its time gets everything") {
  int ends[2];
  REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
  std::vector<std::uint8_t> sent(std::size_t{1} << 20), received;
  std::iota(sent.begin(), sent.end(), std::uint8_t{0});
  std::thread reader([&] {
    fcntl(ends[0], F_SETFL, 0);
    std::uint8_t piece[5000];
    for (ssize_t size; (size = read(ends[0], piece, sizeof piece)) > 0;) {
      received.insert(received.end(), piece, piece + size);
    }
  });
  Recovery recovery;
  ChunkOutput output(ends[1], recovery);
  output.write(sent.data(), sent.size());
  close(ends[1]);
  reader.join();
  close(ends[0]);
  CHECK(output.error() == 0);
  CHECK(output.bytes() == sent.size());
  CHECK(received == sent);
}

// A jump out of it would leave half a chunk in the stream.
TEST_CASE("nothing is recovered from in the middle of a write, however long it takes") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int room = fcntl(ends[0], F_GETPIPE_SZ);
  Recovery recovery;
  recovery.armed = 1;
  ChunkOutput output(ends[1], recovery);
  const std::vector<std::uint8_t> more_than_fits(std::size_t{1} << 20);
  std::thread writer([&] { output.write(more_than_fits.data(), more_than_fits.size()); });
  std::uint8_t piece[5000];
  std::size_t received = 0;
  std::vector<std::uint32_t> armed;
  while (received < more_than_fits.size()) {
    // When the pipe is full, the writer waits.
    for (int full = 0; received == 0 && full < room;) REQUIRE(ioctl(ends[0], FIONREAD, &full) == 0);
    if (received == 0) armed.push_back(std::uint32_t{recovery.armed});
    received += static_cast<std::size_t>(read(ends[0], piece, sizeof piece));
  }
  writer.join();
  close(ends[0]);
  close(ends[1]);
  CHECK(armed == std::vector<std::uint32_t>{0});
  CHECK(recovery.armed == 1);
  CHECK(recovery.progress > 0);
}

TEST_CASE("after an error nothing more is written, and the error is kept") {
  Recovery recovery;
  ChunkOutput output(-1, recovery);
  const std::uint8_t byte = 0;
  output.write(&byte, 1);
  CHECK(output.error() == EBADF);
  output.write(&byte, 1);
  CHECK(output.error() == EBADF);
  CHECK(output.bytes() == 0);
}

}  // namespace
}  // namespace heapsnap
