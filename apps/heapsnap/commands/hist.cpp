// heapsnap hist: what the heap is made of, one row for each kind of object.
#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/partition_table.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/census.h"
#include "libanalysis/classifier.h"
#include "libanalysis/partition.h"

namespace heapsnap {
namespace {

constexpr const char* kSchema = "heapsnap.hist/1";

bool needs_graph(const Classifier& classifier, const Options& options) {
  return !classifier.is_of_census() || !options.where.empty() || wants_retained(options) ||
         options.index;
}

Result<Report> report_of(const Census& census, const Classifier& classifier,
                         const Options& options) {
  Result<Classification> kinds =
      classifier.classify(census.kinds, census.kinds.graph().objects());
  if (!kinds) return tl::unexpected(kinds.error());
  Report report = report_on(census, options, kSchema);
  report.tables.push_back(
      partition_table(partition(census, std::move(*kinds)), classifier.name(), options));
  return report;
}

Result<Report> report_of(const Heap& heap, const Classifier& classifier, const Options& options) {
  const Result<Selector> where = selector_of(options.where);
  if (!where) return tl::unexpected(where.error());
  Result<Classification> kinds = classifier.classify(heap, *where);
  if (!kinds) return tl::unexpected(kinds.error());
  Partition classes = partition(heap.graph(), std::move(*kinds));
  Report report = report_on(heap.graph(), options, kSchema);
  report.tables.push_back(partition_table(heap, std::move(classes), classifier.name(), options));
  return report;
}

}  // namespace

void take_hist(CLI::App& app, Options& options) {
  take_file(app, options);
  take_by(app, options);
  take_where(app, options);
  take_sort(app, options);
}

Result<Report> hist(const Options& options) {
  const Result<Classifier> classifier = find_classifier(options.by);
  if (!classifier) return tl::unexpected(classifier.error());
  Result<SnapshotReader> snapshot = open_snapshot(options);
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (!needs_graph(*classifier, options)) {
    const std::optional<Census> census = take_census(*snapshot, build_options(options));
    if (census) return report_of(*census, *classifier, options);
  }
  const Result<Heap> heap = load_heap(*snapshot, options);
  if (!heap) return tl::unexpected(heap.error());
  return report_of(*heap, *classifier, options);
}

}  // namespace heapsnap
