#include "apps/heapsnap/load.h"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "apps/heapsnap/indexed.h"
#include "libanalysis/partition.h"
#include "libanalysis/selector.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

std::vector<Note> warnings(const Damage& damage) {
  std::vector<Note> notes;
  if (!damage.complete) {
    notes.push_back({Note::Kind::kWarning,
                     fmt::format("the snapshot is incomplete ({}); figures cover what is there",
                                 damage.reason)});
  }
  const std::uint64_t dropped = damage.rejected + damage.unknown_type;
  if (dropped > 0) {
    notes.push_back({Note::Kind::kWarning,
                     fmt::format("{} records make no sense and were left out", dropped)});
  }
  return notes;
}

tl::unexpected<Error> about(const std::string& file, Error error) {
  if (error.message.find(file) == std::string::npos) {
    error.message = (file == "-" ? "standard input" : file) + ": " + error.message;
  }
  return tl::unexpected(std::move(error));
}

Report report_of(const Graph& graph, const Measure& objects, const Options& options,
                 std::string schema) {
  const Provenance& provenance = graph.provenance();
  Origin origin;
  origin.file = options.file;
  origin.complete = graph.damage().complete;
  origin.objects = objects.count;
  origin.shallow = objects.shallow;
  origin.python = provenance.text("python");
  if (provenance.facts.contains("pid")) origin.pid = provenance.number("pid");
  origin.time_ns = provenance.number("time_ns");
  origin.time = utc(origin.time_ns);
  return Report{.schema = std::move(schema),
                .snapshot = std::move(origin),
                .notes = warnings(graph.damage())};
}

}  // namespace

BuildOptions build_options(const Options& options) {
  return {.threads = options.threads, .partial = options.partial, .progress = options.on_progress};
}

Result<SnapshotReader> open_snapshot(const Options& options) {
  if (options.index && options.file == "-") {
    return failure(ErrorCode::kUsage, "--index is for files: it puts one beside the snapshot");
  }
  Result<SnapshotReader> reader = SnapshotReader::open(
      options.file, {.partial = options.partial, .threads = options.threads});
  if (!reader) return about(options.file, reader.error());
  return reader;
}

Result<Heap> load_heap(SnapshotReader& snapshot, const Options& options) {
  Result<Heap> heap = options.index ? open_indexed(snapshot, options)
                                    : open_heap(snapshot, options);
  if (!heap) return about(options.file, heap.error());
  return heap;
}

Result<Heap> load_heap(const Options& options) {
  Result<SnapshotReader> snapshot = open_snapshot(options);
  if (!snapshot) return tl::unexpected(snapshot.error());
  return load_heap(*snapshot, options);
}

Result<Heap> load_whole_heap(const Options& options) {
  Result<Heap> heap = load_heap(options);
  if (!heap) return heap;
  if (auto whole = require_whole(*heap, options); !whole) return tl::unexpected(whole.error());
  return heap;
}

Result<void> require_whole(const Heap& heap, const Options& options) {
  const Damage& damage = heap.graph().damage();
  if (damage.complete) return {};
  if (options.partial) {
    if (heap.graph().object_count() > 0) return {};
    return about(options.file, {ErrorCode::kUnreadable,
                                fmt::format("the snapshot is incomplete ({}), and there is no object "
                                            "in what is left of it", damage.reason)});
  }
  return about(options.file,
               {ErrorCode::kUnreadable,
                fmt::format("the snapshot is incomplete ({}); --partial compares what is there",
                            damage.reason)});
}

Options for_file(const Options& options, const std::string& file) {
  Options result = options;
  result.file = file;
  return result;
}

Result<Selector> selector_of(const std::string& text) {
  return text.empty() ? Selector{NamedSet::kAll} : parse_selector(text);
}

Result<NodeSet> selected(const Heap& heap, const std::string& selector) {
  const Result<Selector> parsed = selector_of(selector);
  if (!parsed) return tl::unexpected(parsed.error());
  return select(heap, *parsed);
}

Report report_on(const Graph& graph, const Options& options, std::string schema) {
  return report_of(graph, measure(graph, graph.objects()), options, std::move(schema));
}

Report report_on(const Census& census, const Options& options, std::string schema) {
  return report_of(census.kinds.graph(), measure(census), options, std::move(schema));
}

std::uint64_t python_type_count(const Graph& graph) {
  std::uint64_t count = 0;
  for (TypeId id = kNoType + 1; id < graph.type_count(); ++id) {
    if (graph.type(id).layout != TypeLayout::kStructure) ++count;
  }
  return count;
}

std::string utc(std::uint64_t nanoseconds_since_epoch) {
  if (nanoseconds_since_epoch == 0) return "";
  const std::time_t seconds = static_cast<std::time_t>(nanoseconds_since_epoch / kSecond);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text, length);
}

}  // namespace heapsnap
