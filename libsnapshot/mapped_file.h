// MappedFile is the contents of a file in memory: mapped if the system can, read if it cannot
// (a pipe). Whoever cuts a mapped file short while it is in use ends the program by SIGBUS.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libsnapshot/result.h"

namespace heapsnap {

class MappedFile {
 public:
  // "-" is the standard input.
  [[nodiscard]] static Result<MappedFile> open(const std::string& path);
  // Leaves the descriptor open; `name` is for messages.
  [[nodiscard]] static Result<MappedFile> of(int fd, const std::string& name);
  explicit MappedFile(std::vector<std::uint8_t> bytes) : read_(std::move(bytes)) {}

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::span<const std::uint8_t> bytes() const {
    return mapped_ ? std::span(mapped_, size_) : std::span(read_);
  }

 private:
  MappedFile(const std::uint8_t* mapped, std::size_t size) : mapped_(mapped), size_(size) {}

  const std::uint8_t* mapped_ = nullptr;
  std::size_t size_ = 0;
  std::vector<std::uint8_t> read_;
};

}  // namespace heapsnap
