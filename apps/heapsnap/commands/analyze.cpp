// heapsnap analyze: the answer on one page, and what to ask next.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/commands/frame_table.h"
#include "apps/heapsnap/commands/largest_table.h"
#include "apps/heapsnap/commands/partition_table.h"
#include "apps/heapsnap/commands/suspect_table.h"
#include "apps/heapsnap/load.h"
#include "apps/heapsnap/shell_quote.h"
#include "libanalysis/classifiers/all.h"
#include "libanalysis/describe.h"
#include "libanalysis/partition.h"
#include "libanalysis/process_memory.h"
#include "libanalysis/root_list.h"

namespace heapsnap {
namespace {

Table types_table(const Heap& heap, const Options& options) {
  const Graph& graph = heap.graph();
  Partition classes = partition(graph, classify_by_type(graph, graph.objects()));
  return section(retained_table(heap, std::move(classes), "type", options), "types",
                 "largest types");
}

Table cut_suspects(Table table, std::size_t limit) {
  cut(table, limit);
  if (table.others) table.others = Cells(table.columns.size());  // what they are has no sum
  return table;
}

// One row for each kind of root.
Table roots_table(const Graph& graph) {
  Table table{.columns = {{"count", "roots"}, {"shallow"}, {"kind"}}};
  std::map<RootKind, Measure> kinds;
  Measure all;
  for (const RootRow& row : list_roots(graph)) {
    const Measure measure{row.count, row.shallow};
    kinds[row.kind] += measure;
    all += measure;
  }
  for (const auto& [kind, measure] : kinds) {
    table.rows.push_back(
        {Count{measure.count}, Bytes{measure.shallow}, std::string(root_kind_name(kind))});
  }
  table.total = Cells{Count{all.count}, Bytes{all.shallow}, {}};
  return section(std::move(table), "roots", "what keeps objects alive");
}

std::string part_name(MemoryPart::Kind kind) {
  switch (kind) {
    case MemoryPart::Kind::kObjects:
      return "Python objects";
    case MemoryPart::Kind::kRest:
      return "all else";
    case MemoryPart::Kind::kUnexplained:
      return "unexplained";
  }
  return "";
}

std::string mappings_name(MappingKind kind) {
  switch (kind) {
    case MappingKind::kAnonymous:
      return "anonymous";
    case MappingKind::kHeap:
      return "heap";
    case MappingKind::kFile:
      return "files";
    case MappingKind::kStack:
      return "stack";
    case MappingKind::kOther:
      return "other";
  }
  return "";
}

// What is resident, in parts that add up.
Table memory_table(const Graph& graph) {
  const ProcessMemory memory = process_memory(graph.provenance());
  Table table{.columns = {{"bytes"}, {"mappings"}, {"kind"}}};
  for (const MemoryPart& part : memory_parts(graph, memory)) {
    table.rows.push_back({SignedBytes{part.bytes},
                          part.mapping ? Cell(mappings_name(*part.mapping)) : Cell(),
                          part_name(part.kind)});
  }
  if (memory.rss) table.total = Cells{Bytes{*memory.rss}, {}, std::string("resident")};
  return section(std::move(table), "memory", "memory of the process");
}

Table totals_table(const Graph& graph, const Measure& all) {
  Table table{.name = "total", .title = "totals", .shape = Shape::kRecord,
              .columns = {{"count", "objects"}, {"shallow", "their bytes"},
                          {"edges", "references"}, {"types"}, {"threads"}}};
  table.rows.push_back({Count{all.count}, Bytes{all.shallow}, Count{graph.edge_count()},
                        Count{python_type_count(graph)}, Count{graph.structures().threads.size()}});
  return table;
}

// Commands to run next; none for standard input, which cannot be read twice.
std::vector<Note> hints(const Graph& graph, const std::vector<Suspect>& suspects,
                        const std::string& file) {
  if (file == "-") return {};
  const auto next = [&file](std::string_view command, std::string_view rest) {
    return Note{Note::Kind::kNext,
                fmt::format("heapsnap {} {}{}", command, shell_quote(file), rest)};
  };
  const auto suspect = std::ranges::find_if(
      suspects, [](const Suspect& each) { return each.node != kNoNode; });
  if (suspect == suspects.end()) {
    return {next("tree", ""), next("top", ""), next("hist", " --by clodo")};
  }
  const std::string object = " " + object_name(graph, suspect->node);
  return {next("paths", object), next("tree", object), next("hist", " --by clodo")};
}

}  // namespace

void take_analyze(CLI::App& app, Options& options) { take_file(app, options); }

Result<Report> analyze(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Graph* const graph = &heap->graph();
  const Measure all = measure(*graph, graph->objects());
  Report report = report_on(*graph, options, "heapsnap.analyze/1");
  report.tables.push_back(totals_table(*graph, all));
  const std::vector<Suspect> suspects = find_suspects(*heap);
  report.tables.push_back(cut_suspects(suspect_table(*heap, suspects), options.limit));
  report.tables.push_back(types_table(*heap, options));
  report.tables.push_back(section(largest_table(*heap, graph->objects(), options.limit), "objects",
                                  "objects that keep most alive"));
  report.tables.push_back(roots_table(*graph));
  cut(report.tables.back(), options.limit);
  Table frames = section(frame_table(*graph), "threads", "threads, the innermost frame first");
  cut(frames, options.limit);
  report.tables.push_back(std::move(frames));
  report.tables.push_back(memory_table(*graph));
  cut(report.tables.back(), options.limit);
  for (Note& hint : hints(*graph, suspects, options.file)) report.notes.push_back(std::move(hint));
  return report;
}

}  // namespace heapsnap
