// heapsnap hist: what the heap is made of, one row for each kind of object.
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/partition_table.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/classifier.h"
#include "libanalysis/partition.h"

namespace heapsnap {

void take_hist(CLI::App& app, Options& options) {
  take_file(app, options);
  take_by(app, options);
  take_where(app, options);
  take_sort(app, options);
}

Result<Report> hist(const Options& options) {
  const Result<Classifier> classifier = find_classifier(options.by);
  if (!classifier) return tl::unexpected(classifier.error());
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Result<NodeSet> nodes = selected(*heap, options.where);
  if (!nodes) return tl::unexpected(nodes.error());
  Result<Classification> kinds = classifier->classify(*heap, *nodes);
  if (!kinds) return tl::unexpected(kinds.error());
  Partition classes = partition(heap->graph(), std::move(*kinds));
  Report report = report_on(heap->graph(), options, "heapsnap.hist/1");
  report.tables.push_back(
      partition_table(*heap, std::move(classes), classifier->name(), options));
  return report;
}

}  // namespace heapsnap
