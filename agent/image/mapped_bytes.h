// MappedBytes is a mapping of ours: of a file, or of memory that is zero until it is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace heapsnap {

class MappedBytes {
 public:
  // nullptr if there is none: errno tells why. Of an empty file: no bytes.
  static std::shared_ptr<MappedBytes> of_zeros(std::size_t size);
  static std::shared_ptr<MappedBytes> of_file(const std::string& path);

  MappedBytes(void* start, std::size_t size) : start_(start), size_(size) {}
  ~MappedBytes();
  MappedBytes(const MappedBytes&) = delete;
  MappedBytes& operator=(const MappedBytes&) = delete;

  std::uint8_t* data() const { return static_cast<std::uint8_t*>(start_); }  // of a file: read-only
  std::span<const std::uint8_t> bytes() const { return {data(), size_}; }

 private:
  void* start_;
  std::size_t size_;
};

}  // namespace heapsnap
