// BigUnsigned is a sum without an upper bound: the number of paths doubles with every diamond.
//
// Adding costs a pass over the digits, and so does the text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heapsnap {

class BigUnsigned {
 public:
  explicit BigUnsigned(std::uint64_t value = 0);
  BigUnsigned& operator+=(const BigUnsigned& other);
  bool operator==(const BigUnsigned&) const = default;
  std::string text() const;  // decimal

 private:
  std::vector<std::uint64_t> parts_;  // 18 decimal digits each, the lowest first; none: 0
};

}  // namespace heapsnap
