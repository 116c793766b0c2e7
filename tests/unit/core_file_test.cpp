#include "agent/image/core_file.h"

#include <catch2/catch.hpp>

#include <cstring>
#include <map>

#include "tests/support/core_bytes.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Files that need not be there.
struct Files {
  std::map<std::string, Bytes> contents;

  CoreFile::OpenFile opener() const {
    return [this](const std::string& path) -> std::shared_ptr<MappedBytes> {
      const auto found = contents.find(path);
      errno = ENOENT;
      if (found == contents.end()) return nullptr;
      auto bytes = MappedBytes::of_zeros(found->second.size());
      std::memcpy(bytes->data(), found->second.data(), found->second.size());
      return bytes;
    };
  }
};

int byte_at(const CoreFile& core, Address address) {
  std::uint8_t byte = 0;
  return core.image.read(address, &byte, 1) ? byte : -1;
}

const std::vector<CoreSegment> kSegments = {
    {.start = 0x10000, .bytes = Bytes(4096, 1), .size = 8192, .writable = false, .path = "/lib"},
    {.start = 0x12000, .bytes = Bytes(4096, 2), .path = "/lib", .offset = 8192},
    {.start = 0x20000, .bytes = Bytes(8192, 3)},
};

Bytes library() {
  Bytes bytes(3 * 4096, 7);
  std::fill_n(bytes.begin(), 4096, std::uint8_t{1});
  return bytes;
}

TEST_CASE("a core says whose it is, what was mapped where, and has its memory") {
  const Bytes bytes = core_bytes(kSegments, 4711, "python app.py  ");
  const Files files = {{{"/lib", library()}}};
  const Result<CoreFile> core = CoreFile::parse(bytes, files.opener());
  REQUIRE(core);
  CHECK(core->pid == 4711);
  CHECK(core->program == "python");
  CHECK(core->arguments == std::string("python\0app.py", 13));
  REQUIRE(core->maps.size() == 3);
  CHECK(core->maps[1].path == "/lib");
  CHECK(core->maps[1].offset == 8192);
  CHECK(core->maps[1].writable);
  CHECK(core->maps[2].path.empty());
  CHECK(byte_at(*core, 0x12000) == 2);
  CHECK(byte_at(*core, 0x21fff) == 3);
  CHECK(byte_at(*core, 0x22000) == -1);
  CHECK(core->warnings.empty());
  CHECK(core->missing == 0);
}

TEST_CASE("pages that a core lacks are read from the file that was mapped there") {
  const Bytes bytes = core_bytes(kSegments, 1, "python");
  const Files files = {{{"/lib", library()}}};
  const Result<CoreFile> core = CoreFile::parse(bytes, files.opener());
  REQUIRE(core);
  CHECK(byte_at(*core, 0x10fff) == 1);
  CHECK(byte_at(*core, 0x11000) == 7);
}

TEST_CASE("what a core only notes is read from the file") {
  std::vector<CoreSegment> segments = kSegments;
  segments[0].bytes.clear();
  segments[0].noted_only = true;
  const Bytes bytes = core_bytes(segments, 1, "python");
  const Files files = {{{"/lib", library()}}};
  const Result<CoreFile> core = CoreFile::parse(bytes, files.opener());
  REQUIRE(core);
  REQUIRE(core->maps.size() == 3);
  CHECK(core->maps[0].path == "/lib");
  CHECK(core->maps[0].end == 0x12000);
  CHECK(byte_at(*core, 0x10000) == 1);
  CHECK(byte_at(*core, 0x11000) == 7);
  CHECK(byte_at(*core, 0x12000) == 2);
}

TEST_CASE("a file that begins otherwise by now is not read") {
  const Bytes bytes = core_bytes(kSegments, 1, "python");
  const Files files = {{{"/lib", Bytes(8192, 9)}}};
  const Result<CoreFile> core = CoreFile::parse(bytes, files.opener());
  REQUIRE(core);
  CHECK(byte_at(*core, 0x11000) == -1);
  CHECK(core->warnings == std::vector<std::string>{"/lib has changed since, or is another one"});
}

TEST_CASE("a file that is not there is said, once") {
  const Result<CoreFile> core = CoreFile::parse(core_bytes(kSegments, 1, "python"), Files().opener());
  REQUIRE(core);
  CHECK(core->warnings ==
        std::vector<std::string>{"/lib cannot be read: No such file or directory"});
}

TEST_CASE("a core that is cut off has what is left, and says so") {
  const Bytes whole = core_bytes(kSegments, 4711, "python");
  const Files files = {{{"/lib", library()}}};
  for (std::size_t size = 0; size < whole.size(); size += 13) {
    const Bytes bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Result<CoreFile> core = CoreFile::parse(bytes, files.opener());
    if (size < 64) {
      CHECK_FALSE(core);
      continue;
    }
    REQUIRE(core);
    CHECK(core->missing > 0);
    if (size >= whole.size() - 8192) CHECK(core->missing == whole.size() - size);
  }
  const Result<CoreFile> core =
      CoreFile::parse(std::span(whole).first(whole.size() - 1), files.opener());
  REQUIRE(core);
  CHECK(core->missing == 1);
  CHECK(core->warnings.empty());
  CHECK(byte_at(*core, 0x21ffe) == 3);
  CHECK(byte_at(*core, 0x21fff) == -1);
}

TEST_CASE("what is no core is refused") {
  CHECK_FALSE(CoreFile::parse({}, Files().opener()));
  Bytes program = core_bytes(kSegments, 1, "python");
  program[16] = 2;  // ET_EXEC
  CHECK_FALSE(CoreFile::parse(program, Files().opener()));
}

}  // namespace
}  // namespace heapsnap
