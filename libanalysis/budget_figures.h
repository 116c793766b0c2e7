// What snapshots have of what a budget limits, and where they have too much.
//
//     std::vector<BudgetFigures> figures;            // of each snapshot, the oldest first
//     figures.push_back(*take_figures(heap, budget));
//     for (const Overrun& overrun : overruns(budget, figures)) ...
//
// Figures outlive the snapshot, so that one is in memory at a time. The rows of a line with `each`
// are those of the classifier that its selector begins with (`module:app.*`: by module), and by
// type otherwise; they are the same rows in two snapshots if their names are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "libanalysis/budget.h"
#include "libanalysis/heap.h"

namespace heapsnap {

using FigureByRow = std::map<std::string, std::uint64_t>;  // without `each`, the row is ""

struct BudgetFigures {
  std::vector<std::vector<FigureByRow>> of = {};  // by line, then by condition
  std::vector<std::string> missing = {};  // messages about names that nothing here has
};

Result<BudgetFigures> take_figures(const Heap& heap, const Budget& budget);

struct Overrun {
  std::size_t line = 0;       // of budget.lines
  std::size_t condition = 0;  // of its conditions
  std::string row = {};       // empty: of all together
  Verdict verdict = {};       // of rounds, over these
};

// In the order of the budget; rows by growth, then by name. There are as many snapshots as the
// lines take (BudgetLine::snapshots).
std::vector<Overrun> overruns(const Budget& budget, std::span<const BudgetFigures> figures);

// The objects of it in a snapshot.
Result<NodeSet> members(const Heap& heap, const Budget& budget, const Overrun& overrun);

}  // namespace heapsnap
