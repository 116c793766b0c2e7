// A Sink takes the bytes of a snapshot, in order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libsnapshot/result.h"

namespace heapsnap {

class Sink {
 public:
  virtual ~Sink() = default;
  [[nodiscard]] virtual Result<void> write(std::span<const std::uint8_t> bytes) = 0;
};

// Keeps them in memory.
class MemorySink : public Sink {
 public:
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace heapsnap
