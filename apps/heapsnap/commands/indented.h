// The text of a row of a tree, as far to the right as it stands below others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace heapsnap {

inline std::string indented(std::size_t depth, const std::string& text) {
  constexpr std::size_t kMost = 40;  // levels: beyond, lines would hold little else
  return std::string(2 * std::min(depth, kMost), ' ') + text;
}

}  // namespace heapsnap
