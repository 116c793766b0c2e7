// heapsnap garbage: what no root leads to, the cycles that keep it, and what C code alone holds.
#include <string>
#include <utility>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/partition_table.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/classifiers/all.h"
#include "libanalysis/garbage.h"
#include "libanalysis/partition.h"
#include "libanalysis/reachability.h"

namespace heapsnap {
namespace {

Table by_type(const Heap& heap, const NodeSet& nodes, const Options& options, std::string name,
              std::string title) {
  Partition classes = partition(heap.graph(), classify_by_type(heap.graph(), nodes));
  return section(retained_table(heap, std::move(classes), "type", options), std::move(name),
                 std::move(title));
}

}  // namespace

void take_garbage(CLI::App& app, Options& options) { take_file(app, options); }

Result<Report> garbage(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Graph& graph = heap->graph();
  const NodeSet dead = graph.objects() - heap->reachable();
  const NodeSet held = root_targets(graph, {RootKind::kHeldByC}) & graph.objects();
  Report report = report_on(graph, options, "heapsnap.garbage/1");
  report.tables.push_back(
      by_type(*heap, dead, options, "unreachable", "objects that no root leads to, by type"));
  Partition cycles = partition(graph, classify_dead_cycles(*heap));
  report.tables.push_back(section(retained_table(*heap, std::move(cycles), "cycle of", options),
                                  "cycles", "the cycles among them"));
  report.tables.push_back(by_type(*heap, held, options, "held_by_c",
                                  "held by C: objects with references that no object of the heap explains"));
  if (!dead.empty()) {
    report.notes.push_back({Note::Kind::kSays, "what no root leads to is freed by the collector, "
                                               "unless that is off or its threshold is far"});
  }
  return report;
}

}  // namespace heapsnap
