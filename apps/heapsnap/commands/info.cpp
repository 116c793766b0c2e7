// heapsnap info: where a snapshot comes from, what it holds, and what is missing in it.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "apps/heapsnap/commands/all.h"
#include "apps/heapsnap/load.h"
#include "libanalysis/labels.h"
#include "libanalysis/partition.h"

namespace heapsnap {
namespace {

Cell text_fact(const Provenance& provenance, const std::string& key) {
  const std::string_view text = provenance.text(key);
  return text.empty() ? Cell() : Cell(std::string(text));
}

Cell number_fact(const Provenance& provenance, const std::string& key) {
  if (!provenance.facts.contains(key)) return {};
  return Number{static_cast<std::int64_t>(provenance.number(key))};
}

Cell time_fact(const Provenance& provenance, const std::string& key) {
  const std::uint64_t time = provenance.number(key);
  return time == 0 ? Cell() : Cell(utc(time));
}

Cell duration_fact(const Provenance& provenance, const std::string& key) {
  if (!provenance.facts.contains(key)) return {};
  return Nanoseconds{provenance.number(key)};
}

// Labels given with --label, as K=V.
std::vector<std::string> labels_of(const Provenance& provenance) {
  constexpr std::string_view kPrefix = "label.";
  std::vector<std::string> labels;
  for (const auto& [key, fact] : provenance.facts) {
    if (!key.starts_with(kPrefix)) continue;
    labels.push_back(fmt::format("{}={}", key.substr(kPrefix.size()), provenance.text(key)));
  }
  return labels;
}

Table header_table(const Graph& graph) {
  const Provenance& from = graph.provenance();
  Table table{.name = "header", .title = "capture", .shape = Shape::kRecord};
  Cells row;
  const auto put = [&](const char* key, Cell cell) {
    table.columns.push_back({key});
    row.push_back(std::move(cell));
  };
  for (const char* key : {"implementation", "python", "build", "allocator"}) {
    put(key, text_fact(from, key));
  }
  put("pid", number_fact(from, "pid"));
  for (const char* key : {"host", "argv"}) put(key, text_fact(from, key));
  put("started", time_fact(from, "start_time_ns"));
  put("captured", time_fact(from, "time_ns"));
  for (const char* key : {"agent", "method", "mode", "trigger", "collector"}) {
    put(key, text_fact(from, key));
  }
  put("pause", duration_fact(from, "pause_ns"));
  put("walk", duration_fact(from, "walk_ns"));
  for (const char* key : {"strings", "hash_key"}) put(key, text_fact(from, key));
  const std::vector<std::string> labels = labels_of(from);
  put("labels", labels.empty() ? Cell() : Cell(labels));
  table.rows.push_back(std::move(row));
  return table;
}

std::uint64_t count_sited(const Graph& graph) {
  std::uint64_t count = 0;
  for (NodeId id = 0; id < graph.node_count(); ++id) count += graph.site_of(id) != kNoSite;
  return count;
}

Table counts_table(const Graph& graph) {
  const Structures& structures = graph.structures();
  std::uint64_t weak = 0;
  for (NodeId id = 0; id < graph.node_count(); ++id) weak += graph.weak_referents(id).size();
  Table table{.name = "counts", .title = "contents", .shape = Shape::kRecord,
              .columns = {{"objects"}, {"shallow"}, {"edges"}, {"weak_edges", "weak edges"},
                          {"types"}, {"roots"}, {"interpreters"}, {"threads"}, {"frames"},
                          {"distributions"}, {"allocations", "allocation sites"}}};
  table.rows.push_back({Count{graph.object_count()}, Bytes{measure(graph, graph.objects()).shallow},
                        Count{graph.edge_count()}, Count{weak}, Count{python_type_count(graph)},
                        Count{graph.roots().size()}, Count{structures.interpreters.size()},
                        Count{structures.threads.size()}, Count{structures.frames.size()},
                        Count{graph.provenance().distributions.size()},
                        Count{count_sited(graph)}});
  return table;
}

Table damage_table(const Graph& graph) {
  const Damage& damage = graph.damage();
  const std::uint64_t edges = std::max<std::uint64_t>(graph.edge_count(), 1);
  const std::uint64_t unlabelled = count_unlabelled(graph);
  Table table{.name = "damage", .title = "what is missing or uncertain", .shape = Shape::kRecord,
              .columns = {{"complete"}, {"reason"}, {"unlabelled", "edges without a label"},
                          {"", "in percent of all edges"},
                          {"dangling", "edges to no object"},
                          {"maybe_dropped", "doubtful words left out"},
                          {"size_overridden", "sizes: Python __sizeof__ not called"},
                          {"size_estimated", "sizes: estimated"},
                          {"unread", "objects not read to their end"},
                          {"unknown_type", "objects of unknown type"},
                          {"rejected", "records that make no sense"},
                          {"dangling_roots", "roots to no object"},
                          {"allocations_missing", "allocation sites missing"},
                          {"dangling_sites", "allocation sites of no object"}}};
  table.rows.push_back({damage.complete, damage.reason.empty() ? Cell() : Cell(damage.reason),
                        Count{unlabelled},
                        Percent{100.0 * static_cast<double>(unlabelled) /
                                static_cast<double>(edges)},
                        Count{damage.dangling},
                        Count{damage.maybe_dropped}, Count{damage.size_overridden},
                        Count{damage.size_estimated}, Count{damage.unread},
                        Count{damage.unknown_type}, Count{damage.rejected},
                        Count{damage.dangling_roots},
                        text_fact(graph.provenance(), "allocations_missing"),
                        Count{damage.dangling_sites}});
  return table;
}

std::string reason_text(FaultReason reason) {
  switch (reason) {
    case FaultReason::kMemoryFault: return "memory fault in tp_traverse";
    case FaultReason::kNoProgress: return "no progress in tp_traverse";
    case FaultReason::kInvalidPointer: return "invalid pointer";
    case FaultReason::kBoundExceeded: return "a bound was exceeded";
    case FaultReason::kOutOfMemory: return "out of memory";
  }
  return fmt::format("reason {}", static_cast<unsigned>(reason));
}

Table faults_table(const Graph& graph, std::size_t limit) {
  Table table{.name = "faults", .title = "faults of the walk", .shape = Shape::kList,
              .columns = {{"object"}, {"type"}, {"reason"}, {"detail"}}};
  for (const FaultRecord& fault : graph.provenance().faults) {
    const NodeId id = graph.find(fault.address);
    table.rows.push_back({Object{fault.address},
                          id == kNoNode ? Cell() : Cell(graph.type_name(graph.type_of(id))),
                          reason_text(fault.reason), fault.detail});
  }
  cut(table, limit);
  return table;
}

}  // namespace

void take_info(CLI::App& app, Options& options) {
  take_file(app, options);
  take_verify(app, options);
}

Result<Report> info(const Options& options) {
  const Result<Heap> heap = load_heap(options);
  if (!heap) return tl::unexpected(heap.error());
  const Graph& graph = heap->graph();
  const Damage& damage = graph.damage();
  if (options.verify && !damage.complete && !options.partial) {
    return failure(ErrorCode::kUnreadable,
                   fmt::format("{} is incomplete: {}; --partial uses what is there", options.file,
                               damage.reason));
  }
  Report report = report_on(graph, options, "heapsnap.info/1");
  report.tables.push_back(header_table(graph));
  report.tables.push_back(counts_table(graph));
  report.tables.push_back(damage_table(graph));
  Table faults = faults_table(graph, options.limit);
  if (!faults.rows.empty() || options.format == "json") report.tables.push_back(std::move(faults));
  return report;
}

}  // namespace heapsnap
