// heapsnap export: the graph in a form that other programs read.
#include <fmt/format.h>

#include <memory>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/export/jsonl.h"
#include "apps/heapsnap/load.h"

namespace heapsnap {

void take_export(CLI::App& app, Options& options) {
  take_file(app, options);
  take_to(app, options);
}

Result<Report> export_graph(const Options& options) {
  Result<Graph> loaded = load_graph(options);
  if (!loaded) return tl::unexpected(loaded.error());
  const auto graph = std::make_shared<const Graph>(*std::move(loaded));
  Report report = report_on(*graph, options, "heapsnap.jsonl/1");
  report.document = [graph, from = *report.snapshot](const Write& write) {
    write_jsonl(*graph, from, write);
  };
  return report;
}

}  // namespace heapsnap
