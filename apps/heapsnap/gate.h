// Asks snapshots, the oldest first, for what they should not have, and makes findings of it.
//
//     GateCheck check({.budget = *read_budget("heapsnap.toml")});
//     for (...) check.add(heap);                     // one need be in memory at a time
//     const Result<Gate> gate = check.finish(newest, notes);
//
// Each finding has the path where most of it hangs: of a limit of growth the holder that most of the
// growth is of, of another limit the path with most of the objects (main_place.h), of the totals the
// path that more than half of the heap has in common (common_path.h); if there is none, no type
// either. And it has the place in the
// sources of what holds it (source_place.h), or else of its class.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "apps/heapsnap/finding.h"
#include "apps/heapsnap/report.h"
#include "libanalysis/budget.h"
#include "libanalysis/budget_figures.h"
#include "libanalysis/heap.h"
#include "libanalysis/holders.h"
#include "libanalysis/path_growth.h"
#include "libanalysis/path_tree.h"

namespace heapsnap {

struct GateQuestion {
  Budget budget = {};
  std::string rule = "budget";  // of its findings
  bool growth = false;          // whether growth that does not end is a finding
  std::size_t rounds = 0;       // in each of so many last steps; 0: in all
};

class GateCheck {
 public:
  explicit GateCheck(GateQuestion question) : question_(std::move(question)) {}

  Result<void> add(const Heap& heap);

  // With the snapshot that was added last. What there is to say of names that are gone, and of
  // suppressions that are out of date or unused, is added to the notes.
  Result<Gate> finish(const Heap& newest, std::vector<Note>& notes) const;

 private:
  Result<void> find_overruns(const Heap& newest, Gate& gate) const;
  void place(const Graph& graph, const Overrun& overrun, const NodeSet& objects,
             Finding& finding) const;
  void find_growth(const Heap& newest, Gate& gate) const;
  void suppress(const Heap& newest, Gate& gate, std::vector<Note>& notes) const;

  void locate(const Graph& graph, PathId container, TypeId type, Finding& finding) const;
  PathId path_of(const Holder& holder) const;  // of its container

  GateQuestion question_;
  std::vector<BudgetFigures> figures_;
  PathTree tree_;  // of the last snapshot
  PathGrowth growth_;
};

// A budget whose lines are conditions. Fails with kUsage.
Result<Budget> budget_of(const std::vector<std::string>& conditions);

}  // namespace heapsnap
