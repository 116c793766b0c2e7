#include "libsnapshot/snapshot_packer.h"

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libsnapshot/new_file.h"
#include "tests/support/random_nodes.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

// A socket from which the bytes come, some at a time, and then the end.
class Stream {
 public:
  explicit Stream(Bytes bytes) : bytes_(std::move(bytes)) {
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_) == 0);
    writer_ = std::thread([this] {
      for (std::size_t at = 0; at < bytes_.size();) {
        const std::size_t some = std::min<std::size_t>(bytes_.size() - at, 100'003);
        const ssize_t sent = ::send(ends_[1], bytes_.data() + at, some, MSG_NOSIGNAL);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
      }
      ::shutdown(ends_[1], SHUT_WR);
    });
  }
  ~Stream() {
    ::shutdown(ends_[0], SHUT_RD);
    writer_.join();
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  int fd() const { return ends_[0]; }

 private:
  Bytes bytes_;
  int ends_[2] = {};
  std::thread writer_;
};

Bytes stream_of(std::size_t nodes) {
  SnapshotBuilder builder(0);
  builder.fact("host", "there");
  for (const NodeCopy& node : random_nodes(1, nodes)) add(builder.out(), node);
  return builder.bytes();
}

// The file is there afterwards only if this succeeds.
Result<Packed> pack_to(const std::string& path, const Stream& stream, const PackOptions& options) {
  std::optional<NewFile> file = NewFile::create(folder_of(path));
  REQUIRE(file.has_value());
  Result<Packed> packed = pack(stream.fd(), *file, options);
  if (packed) REQUIRE(file->publish(path, Overwrite::kNo));
  return packed;
}

std::size_t count_nodes(SnapshotReader& snapshot) {
  std::size_t count = 0;
  const auto add_chunk = [&count](std::size_t, const NodeChunk& chunk) {
    count += chunk.nodes().size();
  };
  REQUIRE(snapshot.for_each_nodes_chunk(add_chunk).has_value());
  return count;
}

TEST_CASE("a stream becomes a smaller file with what the receiver knows") {
  const ScratchFolder folder;
  const std::string path = folder / "out.hsnap";
  const Bytes bytes = stream_of(50'000);
  const Stream stream(bytes);
  const Result<Packed> packed = pack_to(path, stream, {.additions = [] {
    return Additions{.facts = {Fact{"host", std::string("here")}},
                     .distributions = {DistributionRecord{.name = "it"}},
                     .memory = {MemoryRecord{.name = "statm", .text = "1"}}};
  }});
  REQUIRE(packed.has_value());
  CHECK_FALSE(packed->problem.has_value());
  CHECK(packed->stream_bytes == bytes.size());
  CHECK(packed->file_bytes == std::filesystem::file_size(path));
  CHECK(packed->file_bytes < bytes.size());
  Result<SnapshotReader> snapshot = SnapshotReader::open(path, {.threads = 1});
  REQUIRE(snapshot.has_value());
  CHECK(snapshot->is_complete());
  CHECK(snapshot->tables().text("host") == "here");
  CHECK(snapshot->tables().distributions.size() == 1);
  CHECK(snapshot->tables().memory.size() == 1);
  CHECK(count_nodes(*snapshot) == 50'000);
  const auto objects = std::ranges::find(packed->end, "objects", &Fact::key);
  REQUIRE(objects != packed->end.end());
  CHECK(std::get<std::uint64_t>(objects->value) == snapshot->tables().number("objects"));
}

TEST_CASE("what the receiver knows may be longer than a chunk") {
  const ScratchFolder folder;
  const std::string path = folder / "out.hsnap";
  std::string mappings;
  for (int i = 0; mappings.size() < 3'000'000; ++i) mappings += std::to_string(i) + " rw-p\n";
  const Stream stream(stream_of(10));
  const Result<Packed> packed = pack_to(path, stream, {.additions = [&] {
    return Additions{.memory = {MemoryRecord{"statm", ""}, MemoryRecord{"smaps", mappings}}};
  }});
  REQUIRE(packed.has_value());
  Result<SnapshotReader> snapshot = SnapshotReader::open(path, {.threads = 1});
  REQUIRE(snapshot.has_value());
  CHECK(snapshot->is_complete());
  const std::vector<MemoryRecord>& memory = snapshot->tables().memory;
  REQUIRE(memory.size() == 2);
  CHECK(memory[0].text.empty());
  CHECK(memory[1].name == "smaps");
  CHECK(memory[1].text == mappings);
}

TEST_CASE("a stream that breaks off becomes a file that is cut off") {
  const Bytes whole = stream_of(20'000);
  for (const std::size_t size : {whole.size() - 1, whole.size() / 2}) {
    const ScratchFolder folder;
    const Stream stream(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    const Result<Packed> packed = pack_to(folder / "out", stream, {});
    REQUIRE(packed.has_value());
    REQUIRE(packed->problem.has_value());
    CHECK(packed->problem->message == "the stream breaks off within a chunk");
    const Result<SnapshotReader> snapshot = SnapshotReader::open(folder / "out");
    REQUIRE(snapshot.has_value());
    CHECK(snapshot->is_cut_off());
    CHECK(snapshot->problems().empty());
    CHECK(snapshot->tables().text("host") == "there");
  }
}

TEST_CASE("a stream that breaks off leaves no file if none is wanted") {
  const ScratchFolder folder;
  Bytes bytes = stream_of(100);
  bytes.pop_back();
  const Stream stream(std::move(bytes));
  CHECK_FALSE(pack_to(folder / "out", stream, {.keep_cut_off = false}));
  CHECK(folder.entries() == 0);
}

TEST_CASE("a damaged chunk ends what is kept of a stream") {
  const ScratchFolder folder;
  Bytes bytes = stream_of(100);
  bytes.back() ^= 1;
  const Stream stream(std::move(bytes));
  const Result<Packed> packed = pack_to(folder / "out", stream, {});
  REQUIRE(packed.has_value());
  CHECK(packed->problem->message == "damaged chunk: its checksum or its header is wrong");
  CHECK(packed->chunks > 1);
  CHECK(SnapshotReader::open(folder / "out")->is_cut_off());
}

TEST_CASE("what is no stream leaves no file") {
  for (const std::string text : {"", "failed: no memory\n", "\x89HSNAP\r\n"}) {
    const ScratchFolder folder;
    const Stream stream(Bytes(text.begin(), text.end()));
    const Result<Packed> packed = pack_to(folder / "out", stream, {});
    REQUIRE_FALSE(packed);
    CHECK(packed.error().code == ErrorCode::kUnreadable);
    CHECK(folder.entries() == 0);
  }
}

struct FullSink : Sink {
  Result<void> write(std::span<const std::uint8_t>) override {
    return failure(ErrorCode::kCapture, "full");
  }
};

TEST_CASE("a full disk ends the packing with an error") {
  const Stream stream(stream_of(50'000));
  FullSink sink;
  const Result<Packed> packed = pack(stream.fd(), sink, {});
  REQUIRE_FALSE(packed);
  CHECK(packed.error().code == ErrorCode::kCapture);
}

}  // namespace
}  // namespace heapsnap
