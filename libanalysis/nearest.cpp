#include "libanalysis/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace heapsnap {
namespace {

// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other
// (Damerau and Levenshtein's distance, with no edit inside of a swap).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before, last(to.size() + 1), row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i + 1;
    for (std::size_t k = 0; k < to.size(); ++k) {
      const std::size_t replaced = last[k] + (from[i] == to[k] ? 0 : 1);
      row[k + 1] = std::min({replaced, row[k] + 1, last[k + 1] + 1});
      const bool swapped = i > 0 && k > 0 && from[i] == to[k - 1] && from[i - 1] == to[k];
      if (swapped) row[k + 1] = std::min(row[k + 1], before[k - 1] + 1);
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
    const bool ends = typed.size() >= 2 && name.size() > typed.size() && name.ends_with(typed) &&
                      name[name.size() - typed.size() - 1] == '.';
    const std::string_view last = name.substr(name.rfind('.') + 1);
    std::size_t edits = begins || ends ? 1 : distance(typed.substr(0, 64), name);
    if (last.size() < name.size()) edits = std::min(edits, 1 + distance(typed.substr(0, 64), last));
    if (edits < least) {
      least = edits;
      best = name;
    }
  }
  return best.empty() ? std::string() : ", did you mean '" + std::string(best) + "'?";
}

}  // namespace heapsnap
