#include "libsnapshot/section_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <vector>

#include "tests/support/scratch_folder.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

const SectionOwner kOwner{.version = 7, .snapshot_size = 1000, .fingerprint = 0x1234};

Bytes bytes_of(const std::vector<Bytes>& contents) {
  MemorySink out;
  const std::vector<Section> sections(contents.begin(), contents.end());
  REQUIRE(write_sections(out, kOwner, sections));
  return out.bytes();
}

class File {
 public:
  explicit File(const Bytes& bytes) {
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  const std::string& path() const { return path_; }

  // What it holds, or why it is refused.
  Result<std::vector<Bytes>> read(std::size_t sections, const SectionOwner& owner = kOwner) const {
    const Result<SectionFile> file = SectionFile::open(path_, owner, sections);
    if (!file) return tl::unexpected(file.error());
    std::vector<Bytes> contents;
    for (std::size_t i = 0; i < sections; ++i) {
      contents.emplace_back(file->size(i));
      if (auto done = file->read(i, contents.back()); !done) return tl::unexpected(done.error());
    }
    return contents;
  }

 private:
  ScratchFolder folder_;
  std::string path_ = folder_ / "sections";
};

std::string refusal(const Result<std::vector<Bytes>>& result) {
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kUnreadable);
  return result.error().message;
}

TEST_CASE("sections come back as they were, each at a multiple of 64 bytes") {
  const std::vector<Bytes> contents = {{1, 2, 3}, {}, Bytes(64, 4), Bytes(3 << 20, 5)};
  const Bytes bytes = bytes_of(contents);
  CHECK(bytes.size() % 64 == 0);
  CHECK(bytes[128] == 1);  // 40 bytes, 4 sections of 16 each, a checksum, and what fills up
  CHECK(bytes[192] == 4);
  CHECK(File(bytes).read(4).value() == contents);
}

TEST_CASE("sections of something else are refused, and it is said of what") {
  const File file(bytes_of({{1}}));
  SectionOwner other = kOwner;
  other.version = 8;
  CHECK(refusal(file.read(1, other)) == "it is of version 7, where this heapsnap has 8");
  other = kOwner;
  other.fingerprint ^= 1;
  CHECK(refusal(file.read(1, other)) == "it is of another snapshot");
  other = kOwner;
  other.snapshot_size ^= 1;
  CHECK(refusal(file.read(1, other)) == "it is of another snapshot");
  CHECK(refusal(file.read(2)) == "its head is damaged");
  CHECK(refusal(File({'n', 'o', 't', ' ', 'o', 'u', 'r', 's'}).read(1)) ==
        "it is no index of a snapshot");
  CHECK(refusal(File({}).read(1)) == "it is no index of a snapshot");
}

TEST_CASE("sections that are cut short or go on are refused") {
  const Bytes whole = bytes_of({{1, 2, 3}, {4}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    refusal(File({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}).read(2));
  }
  Bytes longer = whole;
  longer.push_back(0);
  CHECK(refusal(File(longer).read(2)) == "it has not the length that it should");
}

TEST_CASE("sections with any bit flipped are refused") {
  const Bytes whole = bytes_of({{1, 2, 3}, {4}});
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    INFO(bit);
    Bytes damaged = whole;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    refusal(File(damaged).read(2));
  }
}

TEST_CASE("a pipe that has the name of a section file keeps nobody waiting") {
  const ScratchFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_FALSE(SectionFile::open(folder / "pipe", kOwner, 1).has_value());
  CHECK_FALSE(is_section_file(folder / "pipe"));
}

TEST_CASE("a section file is known by its first bytes, as far as it goes") {
  const Bytes whole = bytes_of({{1}});
  CHECK(is_section_file(File(whole).path()));
  CHECK(is_section_file(File({whole.begin(), whole.begin() + 3}).path()));
  CHECK(is_section_file(File({}).path()));
  CHECK_FALSE(is_section_file(File({'o'}).path()));
}

}  // namespace
}  // namespace heapsnap
