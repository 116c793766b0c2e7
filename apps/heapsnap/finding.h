// What a gate found: the conditions that hold and should not, and the growth that does not end.
//
// Suppressed findings are listed with their reason, and fail nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heapsnap {

struct Finding {
  std::string rule = {};       // "condition", "budget" or "growth"
  std::string condition = {};  // as it is written; of growth, what grows
  std::string row = {};        // of a budget for each row
  std::string measure = {};    // count, shallow, retained or rss
  std::uint64_t old = 0;       // figures: bytes or a count
  std::uint64_t now = 0;
  std::int64_t growth = 0;
  std::optional<std::int64_t> limit = std::nullopt;
  std::string holder = {};     // the path where most of it hangs; empty: all over the heap
  std::string type = {};       // of most of the objects
  std::string file = {};       // where that type, or what holds it, is defined; empty: unknown
  std::uint64_t line = 0;
  std::string signature = {};
  std::optional<std::string> suppressed = std::nullopt;  // why
};

struct Gate {
  std::vector<Finding> findings = {};
  std::vector<std::string> passed = {};  // conditions that were asked and do not hold
};

// "type:app.Session count > +10", with the row it is of.
std::string name_of(const Finding& finding);
// "100 to 50,100 (+50,000; limit 10), held by app.registry._live[*]"
std::string explained(const Finding& finding);
// Findings that are not suppressed.
std::size_t failures(const Gate& gate);

}  // namespace heapsnap
