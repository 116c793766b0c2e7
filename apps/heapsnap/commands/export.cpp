// heapsnap export: the graph in a form that other programs read.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/export/dot.h"
#include "apps/heapsnap/export/heapsnapshot.h"
#include "apps/heapsnap/export/jsonl.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/neighbourhood.h"

namespace heapsnap {
namespace {

constexpr std::size_t kDrawn = 200;  // more than that is no picture

Result<Report> to_jsonl(std::shared_ptr<const Graph> graph, Report report) {
  report.document = [graph, from = *report.snapshot](const Write& write) {
    write_jsonl(*graph, from, write);
  };
  return report;
}

Result<Report> to_heapsnapshot(std::shared_ptr<const Graph> graph, Report report) {
  if (const auto fits = fits_heapsnapshot(*graph); !fits) return tl::unexpected(fits.error());
  report.document = [graph](const Write& write) { write_heapsnapshot(*graph, write); };
  return report;
}

std::string title_of(const Origin& from, const Neighbourhood& drawn) {
  const std::size_t nodes = drawn.nodes.size();
  if (drawn.left_out == 0) return fmt::format("{}: {} nodes", from.file, nodes);
  return fmt::format("{}: {} nodes, {} more are left out", from.file, nodes, drawn.left_out);
}

Result<Report> to_dot(const Options& options) {
  Result<Heap> loaded = load_heap(options);
  if (!loaded) return tl::unexpected(loaded.error());
  const auto heap = std::make_shared<const Heap>(*std::move(loaded));
  Result<NodeSet> set = selected(*heap, options.where);
  if (!set) return tl::unexpected(set.error());
  Report report = report_on(heap->graph(), options, "");
  const Neighbourhood drawn =
      neighbourhood(*heap, *set, options.steps.value_or(1), options.drawn.value_or(kDrawn));
  if (drawn.left_out > 0) {
    report.notes.push_back(
        {Note::Kind::kSays,
         fmt::format("{} nodes are drawn, of each distance those that retain most; {} more are "
                     "left out (narrow it with --where, or draw more with -n)",
                     drawn.nodes.size(), drawn.left_out)});
  }
  report.document = [heap, set = *std::move(set), drawn, title = title_of(*report.snapshot, drawn)](
                        const Write& write) { write_dot(*heap, set, drawn, title, write); };
  return report;
}

// The first option that only drawings have, or nothing.
std::string_view drawing_option(const Options& options) {
  if (!options.where.empty()) return "--where";
  if (options.steps) return "--depth";
  return options.drawn ? "-n" : "";
}

}  // namespace

void take_export(CLI::App& app, Options& options) {
  take_file(app, options);
  take_to(app, options);
  take_drawing_options(app, options);
}

Result<Report> export_graph(const Options& options) {
  if (options.to == "dot") return to_dot(options);
  if (const std::string_view option = drawing_option(options); !option.empty()) {
    return failure(ErrorCode::kUsage,
                   fmt::format("{} is for --to dot; --to {} has the whole graph", option,
                               options.to));
  }
  Result<Heap> loaded = load_heap(options);
  if (!loaded) return tl::unexpected(loaded.error());
  const auto heap = std::make_shared<const Heap>(*std::move(loaded));
  const std::shared_ptr<const Graph> graph(heap, &heap->graph());
  Report report = report_on(*graph, options, options.to == "jsonl" ? "heapsnap.jsonl/1" : "");
  return options.to == "jsonl" ? to_jsonl(graph, std::move(report))
                               : to_heapsnapshot(graph, std::move(report));
}

}  // namespace heapsnap
