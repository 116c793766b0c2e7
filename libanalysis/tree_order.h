// The order in which a tree is printed: a row, then what stands below it.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace heapsnap {

inline constexpr std::size_t kNoRow = std::numeric_limits<std::size_t>::max();

// From the parent of each row (kNoRow at the top), the rows in that order. Rows of one parent keep
// theirs.
std::vector<std::size_t> tree_order(std::span<const std::size_t> parents);

}  // namespace heapsnap
