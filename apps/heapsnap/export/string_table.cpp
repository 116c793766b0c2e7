#include "apps/heapsnap/export/string_table.h"

#include <functional>

namespace heapsnap {
namespace {

// The slot of a text: linear probing from its hash, in a power of two of slots.
template <class IsHere>
std::size_t probe(const std::vector<std::uint32_t>& slots, std::string_view text, IsHere is_here) {
  std::size_t at = std::hash<std::string_view>()(text) & (slots.size() - 1);
  while (slots[at] != 0 && !is_here(slots[at] - 1)) at = (at + 1) & (slots.size() - 1);
  return at;
}

}  // namespace

std::string_view StringTable::operator[](std::uint32_t number) const {
  const std::uint64_t begin = number == 0 ? 0 : end_[number - 1];
  return std::string_view(bytes_).substr(begin, end_[number] - begin);
}

std::uint32_t StringTable::number_of(std::string_view text) {
  if (2 * end_.size() >= slots_.size()) grow();
  const std::size_t at =
      probe(slots_, text, [&](std::uint32_t number) { return (*this)[number] == text; });
  if (slots_[at] == 0) {
    bytes_ += text;
    end_.push_back(bytes_.size());
    slots_[at] = size();
  }
  return slots_[at] - 1;
}

void StringTable::grow() {
  std::vector<std::uint32_t> slots(2 * slots_.size());
  for (std::uint32_t number = 0; number < size(); ++number) {
    slots[probe(slots, (*this)[number], [](std::uint32_t) { return false; })] = number + 1;
  }
  slots_.swap(slots);
}

}  // namespace heapsnap
