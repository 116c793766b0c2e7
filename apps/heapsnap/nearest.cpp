#include "apps/heapsnap/nearest.h"

#include <algorithm>
#include <numeric>

namespace heapsnap {
namespace {

// Insertions, deletions and replacements that lead from one to the other (Levenshtein).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t k = 0; k < to.size(); ++k) {
      const std::size_t replaced = diagonal + (from[i] == to[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({replaced, row[k] + 1, row[k + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& names) {
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, std::min<std::size_t>(typed.size(), 64) / 3) + 1;
  for (const std::string_view name : names) {
    const bool begins = typed.size() >= 2 && name.substr(0, typed.size()) == typed;
    const std::size_t edits = begins ? 1 : distance(typed.substr(0, 64), name);
    if (edits < least) {
      least = edits;
      best = name;
    }
  }
  return best.empty() ? std::string() : ", did you mean '" + std::string(best) + "'?";
}

}  // namespace heapsnap
