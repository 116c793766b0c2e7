// A condition on the figures of one snapshot, or of several: `type:app.Session count > +10`.
//
//     const Result<Condition> condition = parse_condition("module:app.* retained > +5%");
//     const Result<Gauge> gauge = take_gauge(heap, *condition);          // of each snapshot
//     const Verdict verdict = judge(*condition, values);                 // the oldest first
//
// It is a selector (none: all objects, and their totals), a measure, a sign, and a limit: `10` is
// compared with the newest snapshot's figure, `+10` and `+5%` with the growth from the oldest to
// the newest. Parsing fails with kUsage and the place of the mistake; what is parsed prints as the
// same condition again. A name that nothing in a snapshot has stands for the empty set: a class may
// have come or gone. Gauging costs a selection, and for what sets retain a search of the graph.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/heap.h"
#include "libanalysis/node_set.h"
#include "libanalysis/selector.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// What is measured. The process's memory (rss) has no selector.
enum class Gauged { kCount, kShallow, kRetained, kRss };
std::string_view word_of(Gauged measure);

enum class LimitOf { kFigure, kGrowth, kGrowthPercent };

struct Limit {
  LimitOf of = LimitOf::kFigure;
  std::uint64_t number = 0;
  bool operator==(const Limit&) const = default;
};

struct Condition {
  std::optional<Selector> of = {};  // none: the totals
  Gauged measure = Gauged::kCount;
  Comparison comparison = Comparison::kMore;
  Limit limit = {};
  bool operator==(const Condition&) const = default;

  bool is_of_growth() const { return limit.of != LimitOf::kFigure; }
};

Result<Condition> parse_condition(std::string_view text);
std::string to_text(const Condition& condition);

// `200`, `4M`, `+10`, `+5%`. Fails with kUsage.
Result<Limit> parse_limit(std::string_view text);
std::string to_text(const Limit& limit);

// The figure of one snapshot, and the objects that it is of.
struct Gauge {
  std::uint64_t value = 0;
  NodeSet members;
  std::vector<std::string> missing = {};  // messages about names that nothing here has
};

// Fails with kUsage if the selector cannot be answered here, or if the snapshot does not say how
// much memory the process had.
Result<Gauge> take_gauge(const Heap& heap, const Condition& condition);

struct Verdict {
  std::uint64_t old = 0;    // the oldest figure
  std::uint64_t now = 0;    // the newest
  std::int64_t growth = 0;  // from the one to the other
  std::int64_t limit = 0;   // what the condition compares with, a percentage worked out
  bool holds = false;
};

// Figures from the oldest snapshot to the newest; at least one, and of growth two.
Verdict judge(const Condition& condition, std::span<const std::uint64_t> figures);

}  // namespace heapsnap
