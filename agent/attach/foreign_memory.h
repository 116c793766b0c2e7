// ForeignMemory is memory that a program looks at and that may be anything: of another process,
// or bytes from a file. What is not there is a value, never a fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "libsnapshot/format.h"

namespace heapsnap {

class ForeignMemory {
 public:
  virtual ~ForeignMemory() = default;

  // All of it, or false.
  virtual bool read(Address address, void* to, std::size_t size) const = 0;

  template <class T>
  std::optional<T> get(Address address) const {
    T value;
    if (!read(address, &value, sizeof value)) return std::nullopt;
    return value;
  }
  std::uint64_t word(Address address) const {  // 0 if it is not there
    return get<std::uint64_t>(address).value_or(0);
  }
  std::string c_string(Address address, std::size_t most) const;  // cut off at `most`
};

// Of a process that we may trace. A call costs about a microsecond.
class LiveMemory : public ForeignMemory {
 public:
  explicit LiveMemory(int pid) : pid_(pid) {}

  bool read(Address address, void* to, std::size_t size) const override;
  bool write(Address address, const void* from, std::size_t size) const;

 private:
  int pid_;
};

// Of bytes that begin at an address. They have to live as long.
class BytesMemory : public ForeignMemory {
 public:
  BytesMemory(std::span<const std::uint8_t> bytes, Address start) : bytes_(bytes), start_(start) {}

  bool read(Address address, void* to, std::size_t size) const override;

 private:
  std::span<const std::uint8_t> bytes_;
  Address start_;
};

}  // namespace heapsnap
