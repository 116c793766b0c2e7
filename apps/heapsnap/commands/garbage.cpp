// heapsnap garbage: what no root leads to, the cycles that keep it, and what C code alone holds.
#include <string>
#include <utility>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/partition_table.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/classifier.h"
#include "libanalysis/garbage.h"
#include "libanalysis/partition.h"
#include "libanalysis/selector.h"

namespace heapsnap {
namespace {

Result<Table> by_type(const Heap& heap, NamedSet set, const Options& options) {
  const Classifier type({{.name = "type"}});
  Result<Classification> classes = type.classify(heap, Selector{set});
  if (!classes) return tl::unexpected(classes.error());
  return retained_table(heap, partition(heap.graph(), std::move(*classes)), type.name(), options);
}

}  // namespace

void take_garbage(CLI::App& app, Options& options) { take_file(app, options); }

Result<Report> garbage(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Graph& graph = heap->graph();
  Result<Table> dead = by_type(*heap, NamedSet::kUnreachable, options);
  if (!dead) return tl::unexpected(dead.error());
  Result<Table> held = by_type(*heap, NamedSet::kHeldByC, options);
  if (!held) return tl::unexpected(held.error());
  const bool has_dead = !dead->rows.empty();
  Report report = report_on(graph, options, "heapsnap.garbage/1");
  report.tables.push_back(
      section(std::move(*dead), "unreachable", "objects that no root leads to, by type"));
  Partition cycles = partition(graph, classify_dead_cycles(*heap));
  report.tables.push_back(section(retained_table(*heap, std::move(cycles), "cycle of", options),
                                  "cycles", "the cycles among them"));
  report.tables.push_back(
      section(std::move(*held), "held_by_c",
              "held by C: objects with references that no object of the heap explains"));
  if (has_dead) {
    report.notes.push_back({Note::Kind::kSays, "what no root leads to is freed by the collector, "
                                               "unless that is off or its threshold is far"});
  }
  return report;
}

}  // namespace heapsnap
