// A section file holds arrays as they lie in memory: what a program computed from a snapshot, for
// it to take up again. It is little-endian, and each section begins at a multiple of 64 bytes.
//
//     write_sections(out, owner, {bytes_of(addresses), bytes_of(sizes)});
//     Result<SectionFile> file = SectionFile::open("app.hsnap.index", owner, 2);
//     file->read(1, bytes_of(sizes));          // of file->size(1) bytes; from any thread
//
// The head says which snapshot it is of (all of its bytes count) and by which version of the
// program; a file of another one is refused, and so is one of another length than it should have.
// A CRC-32C of the head and of each section covers every byte: what does not come out right is
// refused as well. A forger can make them come out right, so what the arrays mean is for the
// reader to check.
//
// It is read and not mapped, for the reasons that a snapshot is (snapshot_bytes.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libsnapshot/result.h"
#include "libsnapshot/sink.h"

namespace heapsnap {

// Whose arrays they are.
struct SectionOwner {
  std::uint32_t version = 0;        // of what wrote them
  std::uint64_t snapshot_size = 0;  // bytes
  std::uint64_t fingerprint = 0;    // of the snapshot

  bool operator==(const SectionOwner&) const = default;
};

using Section = std::span<const std::uint8_t>;

[[nodiscard]] Result<void> write_sections(Sink& out, const SectionOwner& owner,
                                          std::span<const Section> sections);

class SectionFile {
 public:
  [[nodiscard]] static Result<SectionFile> open(const std::string& path, const SectionOwner& owner,
                                                std::size_t sections);
  SectionFile(SectionFile&& other) noexcept;
  SectionFile& operator=(SectionFile&&) = delete;
  ~SectionFile();

  std::uint64_t file_size() const { return file_size_; }
  std::uint64_t size(std::size_t section) const { return places_[section].size; }

  // Fills `to`, which has the size of the section.
  [[nodiscard]] Result<void> read(std::size_t section, std::span<std::uint8_t> to) const;

 private:
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint32_t crc = 0;  // with its padding
  };

  explicit SectionFile(int fd) : fd_(fd) {}
  Result<void> read_head(const SectionOwner& owner, std::size_t sections);
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> to) const;

  int fd_;
  std::uint64_t file_size_ = 0;
  std::vector<Place> places_;
};

// Whether an ordinary file begins as a section file does, as far as it goes.
bool is_section_file(const std::string& path);

}  // namespace heapsnap
