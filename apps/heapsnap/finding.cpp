#include "apps/heapsnap/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "apps/heapsnap/render/cell_text.h"

namespace heapsnap {
namespace {

Cell figure(const Finding& finding, std::uint64_t value) {
  if (finding.measure == "count") return Count{value};
  return Bytes{value};
}

Cell change(const Finding& finding, std::int64_t value) {
  if (finding.measure == "count") return CountChange{value};
  return BytesChange{value};
}

}  // namespace

std::string name_of(const Finding& finding) {
  return finding.row.empty() ? finding.condition
                             : fmt::format("{} ({})", finding.condition, finding.row);
}

std::string explained(const Finding& finding) {
  const auto text = [](const Cell& cell) { return cell_text(cell, Sizes::kHuman); };
  std::vector<std::string> beside;
  if (finding.growth != 0) beside.push_back(text(change(finding, finding.growth)));
  if (finding.limit) {
    beside.push_back("limit " +
                     text(figure(finding, static_cast<std::uint64_t>(*finding.limit))));
  }
  std::string result = finding.measure + " ";
  if (finding.growth != 0) result += fmt::format("from {} to ", text(figure(finding, finding.old)));
  result += fmt::format("{} ({})", text(figure(finding, finding.now)), fmt::join(beside, "; "));
  if (!finding.holder.empty()) result += ", held by " + finding.holder;
  if (!finding.type.empty()) result += ", " + finding.type;
  return result;
}

std::size_t failures(const Gate& gate) {
  return static_cast<std::size_t>(std::ranges::count_if(
      gate.findings, [](const Finding& finding) { return !finding.suppressed; }));
}

}  // namespace heapsnap
