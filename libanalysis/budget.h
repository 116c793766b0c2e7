// A budget file says how much of what a program may have, and which findings are known and accepted.
//
//     [budget]
//     "type:app.Session" = { count = 200, retained = "4M" }        # at most
//     "module:app.cache" = { retained = "+10%" }                    # growth at most
//     "type:*"           = { count = "+0", rounds = 3, each = true }
//     total              = { shallow = "150M", rss = "400M" }
//     [suppress]
//     "*.functools._lru_cache_wrapper" = { reason = "bounded cache", until = 2027-06-30 }
//
// docs/budget.md has the language. Reading fails with kUsage and FILE:LINE:COLUMN. What is not
// known here is an error: a key that nobody reads is a limit that nobody keeps.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/condition.h"
#include "libanalysis/glob.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct BudgetLine {
  std::string key = {};  // the selector as written, or "total"
  std::size_t line = 0;  // of the file, from 1
  std::size_t column = 0;
  std::vector<Condition> conditions = {};  // what would exceed it: `SEL MEASURE > LIMIT`
  bool each = false;                       // of every row by itself
  std::size_t rounds = 0;                  // exceeded in each of so many last steps; 0: as a whole

  // Snapshots that it takes to tell.
  std::size_t snapshots() const;
};

struct Suppression {
  std::string text = {};  // the pattern as written
  std::size_t line = 0;
  Glob path = {};
  std::string reason = {};
  std::string until = {};  // the last day that it is good for, 2027-06-30; empty: for ever
};

struct Budget {
  std::string file = {};
  std::vector<BudgetLine> lines = {};  // in the order of the file, as the suppressions
  std::vector<Suppression> suppressions = {};
};

Result<Budget> parse_budget(std::string_view text, const std::string& file);
Result<Budget> read_budget(const std::string& file);

}  // namespace heapsnap
