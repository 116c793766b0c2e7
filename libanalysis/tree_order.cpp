#include "libanalysis/tree_order.h"

namespace heapsnap {

std::vector<std::size_t> tree_order(std::span<const std::size_t> parents) {
  std::vector<std::vector<std::size_t>> children(parents.size() + 1);  // the last: of the top
  for (std::size_t row = 0; row < parents.size(); ++row) {
    children[parents[row] == kNoRow ? parents.size() : parents[row]].push_back(row);
  }
  std::vector<std::size_t> order;
  std::vector<std::size_t> stack(children.back().rbegin(), children.back().rend());
  while (!stack.empty()) {
    const std::size_t row = stack.back();
    stack.pop_back();
    order.push_back(row);
    stack.insert(stack.end(), children[row].rbegin(), children[row].rend());
  }
  return order;
}

}  // namespace heapsnap
