#include "libanalysis/nearest.h"

#include <algorithm>
#include <cctype>
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

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// Whether the last of the parts that dots separate, or the last few, are as typed.
bool ends_in(std::string_view name, std::string_view typed) {
  return !typed.empty() && name.size() > typed.size() && name.ends_with(typed) &&
         name[name.size() - typed.size() - 1] == '.';
}

// Half edits: parts that are as typed are nearer than any that has an edit.
std::size_t half_edits(std::string_view typed, std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  if (ends_in(name, typed)) return 0;
  if (same_but_for_case(typed, name) || same_but_for_case(typed, last)) return 1;
  if (typed.size() >= 2 && name.starts_with(typed)) return 2;
  const std::string_view beginning = typed.substr(0, 64);
  const std::size_t edits = distance(beginning, name);
  const bool has_parts = last.size() < name.size();
  return 2 * (has_parts ? std::min(edits, 1 + distance(beginning, last)) : edits);
}

}  // namespace

std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& names) {
  std::string_view best;
  const std::size_t most = std::max<std::size_t>(1, std::min<std::size_t>(typed.size(), 64) / 3);
  std::size_t least = 2 * most + 1;
  for (const std::string_view name : names) {
    const std::size_t edits = half_edits(typed, name);
    if (edits < least) {
      least = edits;
      best = name;
    }
  }
  return best.empty() ? std::string() : ", did you mean '" + std::string(best) + "'?";
}

}  // namespace heapsnap
