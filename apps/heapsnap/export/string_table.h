// Texts by number, each kept once: the strings of a file that refers to them by index.
//
// Numbers are dense and given in the order in which texts come first. The texts stand one behind
// the other in one buffer; a text costs its bytes and some 24 more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heapsnap {

class StringTable {
 public:
  std::uint32_t number_of(std::string_view text);
  std::uint32_t size() const { return static_cast<std::uint32_t>(end_.size()); }
  std::string_view operator[](std::uint32_t number) const;  // until the next number_of()

 private:
  void grow();

  std::string bytes_;
  std::vector<std::uint64_t> end_;  // by number: where its text ends
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(1024);  // number + 1; 0: free
};

}  // namespace heapsnap
