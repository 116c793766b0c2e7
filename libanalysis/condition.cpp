#include "libanalysis/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "libanalysis/nearest.h"
#include "libanalysis/partition.h"
#include "libanalysis/process_memory.h"
#include "libanalysis/reachability.h"
#include "libanalysis/selector_parser.h"
#include "libanalysis/selector_scanner.h"

namespace heapsnap {
namespace {

__extension__ typedef unsigned __int128 Wide;  // holds a figure times a percentage

constexpr std::pair<std::string_view, Gauged> kMeasures[] = {
    {"count", Gauged::kCount},
    {"shallow", Gauged::kShallow},
    {"retained", Gauged::kRetained},
    {"rss", Gauged::kRss},
};

std::optional<Gauged> measure_called(std::string_view word) {
  for (const auto& [name, measure] : kMeasures) {
    if (name == word) return measure;
  }
  return std::nullopt;
}

Limit read_limit(SelectorScanner& in) {
  in.skip_blanks();
  if (in.peek() == '-') {
    in.fail("expected a limit of 0 or more: 10, +10 or +10%");
    return {};
  }
  const bool of_growth = in.accept("+");
  if (in.peek() < '0' || in.peek() > '9') {
    in.fail("expected a limit such as 10, 4M, +10 or +10%");
    return {};
  }
  Limit limit{.of = of_growth ? LimitOf::kGrowth : LimitOf::kFigure, .number = in.number()};
  const std::size_t at = in.at();
  if (!in.accept("%")) return limit;
  if (!of_growth) in.fail(at, "a percentage is one of growth, such as +10%");
  limit.of = LimitOf::kGrowthPercent;
  return limit;
}

void expect_end(SelectorScanner& in) {
  in.skip_blanks();
  if (!in.at_end()) in.fail("expected the end");
}

Gauged read_measure(SelectorScanner& in) {
  in.skip_blanks();
  const std::size_t at = in.at();
  const std::string_view word = in.word();
  if (const auto measure = measure_called(word)) return *measure;
  std::vector<std::string_view> names;
  for (const auto& [name, measure] : kMeasures) names.push_back(name);
  in.fail(at, fmt::format("expected what is measured: count, shallow, retained or rss{}",
                          did_you_mean(word, names)));
  return Gauged::kCount;
}

// MEASURE OP LIMIT
void read_bound(SelectorScanner& in, Condition& condition) {
  condition.measure = read_measure(in);
  condition.comparison = read_comparison(in);
  condition.limit = read_limit(in);
  expect_end(in);
}

// Where no set is named, the text is a measure with its limit and nothing else. `retained>1k` is a
// selector too: it is one if a measure follows.
std::optional<Condition> of_totals(const SelectorScanner& whole) {
  SelectorScanner in = whole;
  Condition condition;
  read_bound(in, condition);
  return in.failed() ? std::nullopt : std::optional(std::move(condition));
}

tl::unexpected<Error> mistake_of_totals(SelectorScanner in) {
  Condition condition;
  read_bound(in, condition);
  return tl::unexpected(in.error());
}

Result<std::uint64_t> rss_of(const Heap& heap) {
  const std::optional<std::uint64_t> rss = process_memory(heap.graph().provenance()).rss;
  if (rss) return *rss;
  return failure(ErrorCode::kUsage,
                 "the snapshot does not say how much memory the process had (rss)");
}

std::uint64_t measured(const Graph& graph, const NodeSet& members, Gauged what) {
  if (what != Gauged::kRetained) {
    const Measure own = measure(graph, members);
    return what == Gauged::kCount ? own.count : own.shallow;
  }
  return measure(graph, retained_set(graph, members) & graph.objects()).shallow;
}

std::int64_t clamped(Wide value) {
  return static_cast<std::int64_t>(std::min<Wide>(value, INT64_MAX));
}

}  // namespace

std::string_view word_of(Gauged measure) {
  return std::ranges::find(kMeasures, measure, &std::pair<std::string_view, Gauged>::second)->first;
}

Result<Condition> parse_condition(std::string_view text) {
  SelectorScanner in("condition", text);
  in.skip_blanks();
  if (const auto totals = of_totals(in)) return *totals;
  // The mistake of one that begins with a measure is in what follows. `retained>1k` is a selector too,
  // which a measure follows.
  const SelectorScanner whole = in;
  const std::optional<Gauged> first = measure_called(in.peek_word());
  if (first && *first != Gauged::kRetained) return mistake_of_totals(whole);
  Condition condition{.of = read_selector(in)};
  in.skip_blanks();
  if (first && !in.failed() && in.peek_word().empty()) return mistake_of_totals(whole);
  const std::size_t at = in.at();
  read_bound(in, condition);
  if (!in.failed() && condition.measure == Gauged::kRss) {
    in.fail(at, "rss is of the whole process: it has no selector");
  }
  if (in.failed()) return tl::unexpected(in.error());
  return condition;
}

std::string to_text(const Condition& condition) {
  const std::string of = condition.of ? to_text(*condition.of) + ' ' : "";
  return fmt::format("{}{} {} {}", of, word_of(condition.measure), word_of(condition.comparison),
                     to_text(condition.limit));
}

Result<Limit> parse_limit(std::string_view text) {
  SelectorScanner in("limit", text);
  const Limit limit = read_limit(in);
  expect_end(in);
  if (in.failed()) return tl::unexpected(in.error());
  return limit;
}

std::string to_text(const Limit& limit) {
  return fmt::format("{}{}{}", limit.of == LimitOf::kFigure ? "" : "+", number_text(limit.number),
                     limit.of == LimitOf::kGrowthPercent ? "%" : "");
}

Result<Gauge> take_gauge(const Heap& heap, const Condition& condition) {
  const Graph& graph = heap.graph();
  Gauge gauge{.members = graph.objects()};
  if (condition.measure == Gauged::kRss) {
    const Result<std::uint64_t> rss = rss_of(heap);
    if (!rss) return tl::unexpected(rss.error());
    gauge.value = *rss;
    return gauge;
  }
  if (condition.of) {
    Result<NodeSet> members = select(heap, *condition.of, gauge.missing);
    if (!members) return tl::unexpected(members.error());
    gauge.members = *std::move(members);
  }
  gauge.value = measured(graph, gauge.members, condition.measure);
  return gauge;
}

Verdict judge(const Condition& condition, std::span<const std::uint64_t> figures) {
  assert(!figures.empty() && (figures.size() > 1 || !condition.is_of_growth()));
  const std::uint64_t old = figures.front();
  const std::uint64_t now = figures.back();
  const bool percent = condition.limit.of == LimitOf::kGrowthPercent;
  const Wide number = condition.limit.number;
  const Wide limit = percent ? old * number : number;
  const bool shrank = condition.is_of_growth() && now < old;
  const Wide figure = condition.is_of_growth() ? now - old : now;
  return {.old = old,
          .now = now,
          .growth = now < old ? -clamped(old - now) : clamped(now - old),
          .limit = clamped(percent ? limit / 100 : limit),
          .holds = shrank ? holds(condition.comparison, -1, 0)  // less than any limit
                          : holds(condition.comparison, percent ? figure * 100 : figure, limit)};
}

}  // namespace heapsnap
