#include "libsnapshot/section_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libsnapshot/byte_reader.h"
#include "libsnapshot/byte_writer.h"
#include "libsnapshot/crc32c.h"

namespace heapsnap {
namespace {

// The head: the magic number, version, number of sections, size and fingerprint of the snapshot,
// size of this file; for each section its size, checksum and four zeros; the checksum of it all.
constexpr std::uint8_t kSectionMagic[8] = {0x89, 'H', 'S', 'I', 'D', 'X', '\r', '\n'};
constexpr std::size_t kFixedHead = 40;
constexpr std::size_t kSectionEntry = 16;
constexpr std::size_t kHeadChecksum = 4;

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kPiece = std::size_t{1} << 20;  // read and checked while it is in the cache

std::uint64_t padded(std::uint64_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

std::size_t head_size(std::size_t sections) {
  return padded(kFixedHead + kSectionEntry * sections + kHeadChecksum);
}

std::span<const std::uint8_t> padding_of(std::uint64_t size) {
  static constexpr std::uint8_t kZeros[kAlignment] = {};
  return {kZeros, static_cast<std::size_t>(padded(size) - size)};
}

ByteWriter head_of(const SectionOwner& owner, std::span<const Section> sections) {
  const Crc32c crc;
  std::uint64_t file_size = head_size(sections.size());
  for (const Section& section : sections) file_size += padded(section.size());
  ByteWriter head;
  head.bytes(kSectionMagic);
  head.u32(owner.version);
  head.u32(static_cast<std::uint32_t>(sections.size()));
  head.u64(owner.snapshot_size);
  head.u64(owner.fingerprint);
  head.u64(file_size);
  for (const Section& section : sections) {
    const auto padding = padding_of(section.size());
    head.u64(section.size());
    head.u32(crc.of(padding.data(), padding.size(), crc.of(section.data(), section.size())));
    head.u32(0);
  }
  head.u32(crc.of(head.bytes().data(), head.size()));
  head.bytes(padding_of(head.size()));
  return head;
}

tl::unexpected<Error> refusal(std::string message) {
  return failure(ErrorCode::kUnreadable, std::move(message));
}

tl::unexpected<Error> cut_short() { return refusal("it is cut short"); }

}  // namespace

Result<void> write_sections(Sink& out, const SectionOwner& owner,
                            std::span<const Section> sections) {
  if (auto done = out.write(head_of(owner, sections).bytes()); !done) return done;
  for (const Section& section : sections) {
    if (auto done = out.write(section); !done) return done;
    if (auto done = out.write(padding_of(section.size())); !done) return done;
  }
  return {};
}

// Nobody waits for the other end of a pipe.
Result<SectionFile> SectionFile::open(const std::string& path, const SectionOwner& owner,
                                      std::size_t sections) {
  SectionFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd_ < 0) return refusal(std::strerror(errno));
  struct stat status;
  if (::fstat(file.fd_, &status) != 0 || !S_ISREG(status.st_mode)) {
    return refusal("it is no ordinary file");
  }
  file.file_size_ = static_cast<std::uint64_t>(status.st_size);
  if (auto done = file.read_head(owner, sections); !done) return tl::unexpected(done.error());
  return file;
}

SectionFile::SectionFile(SectionFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      file_size_(other.file_size_),
      places_(std::move(other.places_)) {}

SectionFile::~SectionFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> SectionFile::read_head(const SectionOwner& owner, std::size_t sections) {
  std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(head_size(sections), file_size_));
  if (auto done = read_at(0, bytes); !done) return done;
  ByteReader in(bytes);
  const auto magic = in.bytes(sizeof kSectionMagic);
  if (!std::ranges::equal(magic, kSectionMagic)) return refusal("it is no index of a snapshot");
  const std::uint32_t version = in.u32();
  if (in.ok() && version != owner.version) {
    return refusal(fmt::format("it is of version {}, where this heapsnap has {}", version,
                               owner.version));
  }
  const std::uint32_t count = in.u32();
  const SectionOwner found{version, in.u64(), in.u64()};
  const std::uint64_t size = in.u64();
  std::uint64_t end = bytes.size();
  for (std::size_t i = 0; i < sections && in.ok(); ++i) {
    const Place place{.offset = end, .size = in.u64(), .crc = in.u32()};
    places_.push_back(place);
    if (in.u32() != 0 || place.size > size) in.fail();
    end += padded(place.size);
  }
  const std::size_t checked = static_cast<std::size_t>(in.file_offset());
  const bool right = in.u32() == Crc32c().of(bytes.data(), checked);
  if (bytes.size() < head_size(sections)) return cut_short();
  while (in.ok() && !in.at_end()) {
    if (in.u8() != 0) in.fail();
  }
  if (!in.ok() || !right || count != sections) return refusal("its head is damaged");
  if (found != owner) return refusal("it is of another snapshot");
  if (file_size_ < size) return cut_short();
  if (size != end || size != file_size_) return refusal("it has not the length that it should");
  return {};
}

Result<void> SectionFile::read(std::size_t section, std::span<std::uint8_t> to) const {
  const Crc32c checksum;
  const Place& place = places_[section];
  std::uint32_t crc = 0;
  std::uint64_t offset = place.offset;
  while (!to.empty()) {
    const auto piece = to.first(std::min(to.size(), kPiece));
    if (auto done = read_at(offset, piece); !done) return done;
    crc = checksum.of(piece.data(), piece.size(), crc);
    offset += piece.size();
    to = to.subspan(piece.size());
  }
  std::uint8_t padding[kAlignment];
  const std::span<std::uint8_t> rest(padding, padding_of(place.size).size());
  if (auto done = read_at(offset, rest); !done) return done;
  if (checksum.of(rest.data(), rest.size(), crc) == place.crc) return {};
  return refusal(fmt::format("the checksum of its section {} is wrong", section));
}

Result<void> SectionFile::read_at(std::uint64_t offset, std::span<std::uint8_t> to) const {
  while (!to.empty()) {
    const ssize_t got = ::pread(fd_, to.data(), to.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refusal(std::strerror(errno));
    if (got == 0) return cut_short();
    offset += static_cast<std::uint64_t>(got);
    to = to.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

bool is_section_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  struct stat status;
  std::uint8_t start[sizeof kSectionMagic];
  ssize_t got = -1;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    got = ::pread(fd, start, sizeof start, 0);
  }
  ::close(fd);
  return got >= 0 && std::equal(start, start + got, kSectionMagic);
}

}  // namespace heapsnap
