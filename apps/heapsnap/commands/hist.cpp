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
  take_sort(app, options);
}

Result<Report> hist(const Options& options) {
  const Result<Classifier> classifier = find_classifier(options.by);
  if (!classifier) return tl::unexpected(classifier.error());
  const Result<Graph> graph = load_graph(options);
  if (!graph) return tl::unexpected(graph.error());
  const Partition classes = partition(*graph, classifier->classify(*graph, graph->objects()));
  Report report = report_on(*graph, options, "heapsnap.hist/1");
  report.tables.push_back(partition_table(classes, classifier->name(), options));
  return report;
}

}  // namespace heapsnap
