// SnapshotBytes is a whole snapshot in memory, compressed as it stands in its file or stream.
//
// It is read and not mapped: whoever cuts a mapped file short ends the program by SIGBUS, and
// whoever writes to it changes what was already checked. Once here, it stays as it is.
// What does not begin as a snapshot is refused after its first 16 bytes, however long it is, and a
// pipe that does, but goes on as something else, after kMostUnsound bytes of that: memory is
// bounded by what is in whole chunks. A stream that is legal is read however long it is.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>

#include "libsnapshot/result.h"

namespace heapsnap {

class SnapshotBytes {
 public:
  // "-" is the standard input.
  [[nodiscard]] static Result<SnapshotBytes> read(const std::string& path);
  // Leaves the descriptor open; `name` is for messages.
  [[nodiscard]] static Result<SnapshotBytes> read(int fd, const std::string& name);
  [[nodiscard]] static Result<SnapshotBytes> copy(std::span<const std::uint8_t> bytes);

  static constexpr std::size_t kMostUnsound = std::size_t{32} << 20;

  std::span<const std::uint8_t> bytes() const { return {memory_.get(), size_}; }

 private:
  SnapshotBytes() = default;

  bool reserve(std::size_t capacity);
  Result<void> read_up_to(std::size_t size, int fd, const std::string& name);

  struct Free {
    void operator()(std::uint8_t* memory) const { std::free(memory); }
  };
  std::unique_ptr<std::uint8_t[], Free> memory_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace heapsnap
