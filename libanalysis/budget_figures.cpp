#include "libanalysis/budget_figures.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "libanalysis/classifier.h"
#include "libanalysis/joined_kinds.h"
#include "libanalysis/partition.h"
#include "libanalysis/retained_rows.h"

namespace heapsnap {
namespace {

// The classifier of the first name in a selector that is one of kinds.
Factor rows_of(const Selector& selector) {
  if (const auto* kind = std::get_if<OfKind>(&selector.what); kind && kind->of.name != "class") {
    return kind->of;
  }
  if (const auto* both = std::get_if<Intersection>(&selector.what)) return rows_of(both->of[0]);
  if (const auto* sum = std::get_if<Sum>(&selector.what)) return rows_of(sum->of[0]);
  return {.name = "type"};
}

Result<Classification> rows(const Heap& heap, const Selector& selector,
                            std::vector<std::string>& missing) {
  const Result<NodeSet> nodes = select(heap, selector, missing);
  if (!nodes) return tl::unexpected(nodes.error());
  return Classifier({rows_of(selector)}).classify(heap, *nodes);
}

std::uint64_t figure(const Row& row, Gauged measure) {
  if (measure == Gauged::kCount) return row.measure.count;
  return measure == Gauged::kShallow ? row.measure.shallow : row.retained;
}

class Taking {
 public:
  explicit Taking(const Heap& heap) : heap_(heap) {}

  Result<BudgetFigures> run(const Budget& budget) {
    for (const BudgetLine& line : budget.lines) {
      result_.of.emplace_back();
      const Result<void> taken = line.each ? take_rows(line) : take_totals(line);
      if (!taken) return tl::unexpected(taken.error());
    }
    std::ranges::sort(result_.missing);
    std::vector<std::string>& missing = result_.missing;
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    return std::move(result_);
  }

 private:
  Result<void> take_totals(const BudgetLine& line) {
    for (const Condition& condition : line.conditions) {
      Result<Gauge> gauge = take_gauge(heap_, condition);
      if (!gauge) return tl::unexpected(gauge.error());
      result_.of.back().push_back({{"", gauge->value}});
      std::ranges::move(gauge->missing, std::back_inserter(result_.missing));
    }
    return {};
  }

  Result<void> take_rows(const BudgetLine& line) {
    Result<Classification> kinds = rows(heap_, *line.conditions[0].of, result_.missing);
    if (!kinds) return tl::unexpected(kinds.error());
    Partition classes = partition(heap_.graph(), *std::move(kinds));
    if (std::ranges::count(line.conditions, Gauged::kRetained, &Condition::measure) > 0) {
      add_retained(heap_, classes);
    }
    for (const Condition& condition : line.conditions) {
      FigureByRow figures;
      for (const Row& row : classes.rows) {
        figures[without_addresses(classes.classification.name(row.kind))] +=
            figure(row, condition.measure);
      }
      result_.of.back().push_back(std::move(figures));
    }
    return {};
  }

  const Heap& heap_;
  BudgetFigures result_ = {};
};

Verdict judged(const BudgetLine& line, const Condition& condition,
               std::span<const std::uint64_t> figures) {
  if (line.rounds == 0) return judge(condition, figures);
  const auto last = figures.last(line.rounds + 1);
  Verdict verdict = judge(condition, last);
  verdict.holds = true;
  for (std::size_t i = 0; i + 1 < last.size(); ++i) {
    verdict.holds = verdict.holds && judge(condition, last.subspan(i, 2)).holds;
  }
  return verdict;
}

}  // namespace

Result<BudgetFigures> take_figures(const Heap& heap, const Budget& budget) {
  return Taking(heap).run(budget);
}

std::vector<Overrun> overruns(const Budget& budget, std::span<const BudgetFigures> figures) {
  std::vector<Overrun> found;
  for (std::size_t line = 0; line < budget.lines.size(); ++line) {
    const BudgetLine& of = budget.lines[line];
    for (std::size_t k = 0; k < of.conditions.size(); ++k) {
      FigureByRow every;  // whatever any snapshot has
      for (const BudgetFigures& snapshot : figures) {
        every.insert(snapshot.of[line][k].begin(), snapshot.of[line][k].end());
      }
      const auto begin = static_cast<std::ptrdiff_t>(found.size());
      for (const auto& [row, first] : every) {
        std::vector<std::uint64_t> series;
        for (const BudgetFigures& snapshot : figures) {
          const auto at = snapshot.of[line][k].find(row);
          series.push_back(at == snapshot.of[line][k].end() ? 0 : at->second);
        }
        const Verdict verdict = judged(of, of.conditions[k], series);
        if (verdict.holds) found.push_back({line, k, row, verdict});
      }
      std::stable_sort(found.begin() + begin, found.end(), [](const Overrun& a, const Overrun& b) {
        return a.verdict.growth > b.verdict.growth;
      });
    }
  }
  return found;
}

Result<NodeSet> members(const Heap& heap, const Budget& budget, const Overrun& overrun) {
  const BudgetLine& line = budget.lines[overrun.line];
  const Condition& condition = line.conditions[overrun.condition];
  std::vector<std::string> missing;
  if (!condition.of) return heap.graph().objects();
  if (!line.each) return select(heap, *condition.of, missing);
  const Result<Classification> kinds = rows(heap, *condition.of, missing);
  if (!kinds) return tl::unexpected(kinds.error());
  std::vector<bool> is_row(kinds->kind_count());
  for (const Row& row : partition(heap.graph(), *kinds).rows) {
    is_row[row.kind] = without_addresses(kinds->name(row.kind)) == overrun.row;
  }
  NodeSet result(heap.graph().node_count());
  for (const NodeId id : heap.graph().objects()) {
    const KindId kind = kinds->kind_of(id);
    if (kind != kNoKind && is_row[kind]) result.insert(id);
  }
  return result;
}

}  // namespace heapsnap
