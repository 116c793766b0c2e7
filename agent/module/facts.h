// Facts writes the payload of a facts chunk (docs/format.md section 3).
//
//     Facts facts(buffer);                 // what has no room is left out
//     facts.add("method", "agent");
//     facts.add("pid", 4711);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "agent/walk/walk.h"

namespace heapsnap {

class Facts {
 public:
  explicit Facts(std::span<std::uint8_t> room) : room_(room) {}

  void add(std::string_view key, std::uint64_t value);
  void add(std::string_view key, std::string_view text);  // what is no UTF-8 in it becomes "?"
  void add_strings(Strings strings, std::uint32_t prefix);  // the policy of texts

  const std::uint8_t* data() const { return room_.data(); }
  std::size_t size() const { return size_; }

 private:
  bool fits(std::string_view key, std::size_t value_size) const;
  std::uint8_t* begin(std::string_view key, std::uint8_t tag);
  void end(const std::uint8_t* out) { size_ = static_cast<std::size_t>(out - room_.data()); }

  std::span<std::uint8_t> room_;
  std::size_t size_ = 0;
};

}  // namespace heapsnap
