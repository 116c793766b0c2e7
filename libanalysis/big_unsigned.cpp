#include "libanalysis/big_unsigned.h"

#include <fmt/format.h>

namespace heapsnap {
namespace {

constexpr std::uint64_t kBase = 1'000'000'000'000'000'000;

}  // namespace

BigUnsigned::BigUnsigned(std::uint64_t value) {
  for (; value > 0; value /= kBase) parts_.push_back(value % kBase);
}

BigUnsigned& BigUnsigned::operator+=(const BigUnsigned& other) {
  if (parts_.size() < other.parts_.size()) parts_.resize(other.parts_.size());
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (i >= other.parts_.size() && carry == 0) return *this;
    const std::uint64_t more = i < other.parts_.size() ? other.parts_[i] : 0;
    const std::uint64_t sum = parts_[i] + more + carry;
    carry = sum >= kBase;
    parts_[i] = carry ? sum - kBase : sum;
  }
  if (carry > 0) parts_.push_back(carry);
  return *this;
}

std::string BigUnsigned::text() const {
  if (parts_.empty()) return "0";
  std::string text = std::to_string(parts_.back());
  for (std::size_t i = parts_.size() - 1; i-- > 0;) text += fmt::format("{:018}", parts_[i]);
  return text;
}

}  // namespace heapsnap
