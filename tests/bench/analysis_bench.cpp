// analysis_bench FILE STREAM [GRAPH]: what it costs to open a snapshot and to ask it, beside what it
// could cost at least: reading the stream's bytes, and random accesses of this machine. With GRAPH,
// beside what peers cost, and it is written for more of them (graph_file.h).
// analysis_bench FILE: opens it once, on two threads; the peak of memory is that of this process.
//
// FILE is the snapshot, STREAM the same heap as the agent wrote it, without compression. Prints one
// JSON object. Figures are the smallest of some repetitions, those of peers of one;
// bytes come from the page cache.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libanalysis/classifier.h"
#include "libanalysis/components.h"
#include "libanalysis/graph_builder.h"
#include "libanalysis/heap.h"
#include "libanalysis/partition.h"
#include "libanalysis/reachability.h"
#include "libsnapshot/snapshot_reader.h"
#include "tests/bench/graph_file.h"
#include "tests/bench/graph_only.h"
#include "tests/bench/peer_dominators.h"
#include "tests/bench/peer_hash_map.h"
#include "tests/bench/timing.h"

namespace heapsnap {
namespace {

std::uint64_t sink = 0;  // what is computed goes somewhere

void read_all(const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  std::vector<char> buffer(std::size_t{1} << 20);
  for (ssize_t n; (n = read(fd, buffer.data(), buffer.size())) > 0;) {
    sink += static_cast<std::uint64_t>(n);
  }
  close(fd);
}

// Nanoseconds of a random read of four bytes, of 40 MiB.
double gather() {
  constexpr std::size_t kWords = (std::size_t{40} << 20) / 4, kReads = std::size_t{20} << 20;
  const Array<std::uint32_t> words(kWords);
  Array<std::uint32_t> places(kReads);
  std::mt19937_64 random(1);
  for (std::uint32_t& place : places) place = static_cast<std::uint32_t>(random() % kWords);
  return 1e9 / double(kReads) * smallest([&] {
           std::uint64_t sum = 0;
           for (const std::uint32_t place : places) sum += words[place];
           sink += sum;
         });
}

using Stages = std::function<void(std::string_view stage, double share)>;

Result<Graph> open_graph(const char* path, unsigned threads, const Stages& stages = {}) {
  Result<SnapshotReader> snapshot = SnapshotReader::open(path, {.threads = threads});
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (stages) stages("verified", 0);
  return build_graph(*snapshot, {.threads = threads, .progress = stages});
}

// From the file to every object's retained size.
std::uint64_t open_all(const char* path, unsigned threads) {
  const Heap heap(*open_graph(path, threads), threads);
  return heap.dominators().retained[heap.graph().root()];
}

void print(const char* key, double value) { fmt::print(", \"{}\": {:.6g}", key, value); }

void print_opening(const char* path) {
  for (const unsigned threads : {1u, 2u}) {
    const double graph = smallest([&] { sink += open_graph(path, threads)->node_count(); });
    const double all = smallest([&] { sink += open_all(path, threads); });
    print(threads == 1 ? "graph_1" : "graph_2", graph);
    print(threads == 1 ? "open_1" : "open_2", all);
  }
}

void print_queries(const Heap& heap) {
  const Graph& graph = heap.graph();
  const auto by = [&](const char* classifier) {
    auto found = find_classifier(classifier)->classify(heap, graph.objects());
    sink += partition(graph, *std::move(found)).rows.size();
  };
  print("hist_type", smallest([&] { by("type"); }));
  print("hist_rcs", smallest([&] { by("rcs(type)"); }));
  print("hist_via", smallest([&] { by("via"); }));
  NodeSet root(graph.node_count());
  root.insert(graph.root());
  print("reachability", smallest([&] { sink += reachable(graph, root).count(); }));
  print("components", smallest([&] { sink += components(graph).count; }));
}

void print_peers(const Graph& graph, const char* path) {
  if (const std::optional<PeerTimes> peer = time_peer(graph)) {
    print("boost_dominators", peer->seconds);
    print("boost_differences", double(peer->differences));
  }
  const Result<ResolveTimes> resolving = time_resolving(path);
  if (!resolving) return;
  print("references", double(resolving->references));
  print("resolve_build", resolving->build);
  print("resolve_look_up", resolving->look_up);
  print("hash_map_build", resolving->peer_build);
  print("hash_map_look_up", resolving->peer_look_up);
  print("hash_map_differences", double(resolving->differences));
}

int fail(const char* path, const Error& error) {
  fmt::print(stderr, "{}: {}\n", path, error.message);
  return 1;
}

int run(const char* path, const char* stream, const char* graph_file) {
  const Result<Graph> graph = open_graph(path, 2);
  if (!graph) return fail(path, graph.error());
  fmt::print("{{\"nodes\": {}, \"edges\": {}", graph->node_count(), graph->edge_count());
  print("leaves", double(graph->node_count() - graph->container_count() - 1));
  print("read", smallest([&] { read_all(stream); }));
  print("gather_ns", gather());
  print_opening(path);
  print("graph_only_stream", double(*graph_only_bytes(path, 0)));
  print("graph_only_file", double(*graph_only_bytes(path, 1)));
  print("dominators_1", smallest([&] { sink += dominators(*graph, 1).retained.size(); }));
  print("dominators_2", smallest([&] { sink += dominators(*graph, 2).retained.size(); }));
  if (graph_file != nullptr) {
    print_peers(*graph, path);
    if (!write_graph_file(*graph, graph_file)) return 1;
  }
  Result<Graph> again = open_graph(path, 2);
  print_queries(Heap(std::move(*again), 2));
  fmt::print("}}\n");
  return sink == 1 ? 3 : 0;
}

// When each stage was last heard of, in seconds from the start.
using StageTimes = std::vector<std::pair<std::string, double>>;

StageTimes open_in_stages(const char* path, unsigned threads) {
  StageTimes times;
  const auto start = std::chrono::steady_clock::now();
  const auto note = [&](std::string_view stage, double) {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    if (times.empty() || times.back().first != stage) times.emplace_back(stage, 0);
    times.back().second = spent.count();
  };
  Result<Graph> graph = open_graph(path, threads, note);
  if (!graph) return {};
  const Heap heap(std::move(*graph), threads);
  sink += heap.dominators().retained[heap.graph().root()];
  note("dominators", 1);
  fmt::print("{{\"nodes\": {}, \"edges\": {}", heap.graph().node_count(), heap.graph().edge_count());
  return times;
}

int run_once(const char* path) {
  const StageTimes times = open_in_stages(path, 2);
  if (times.empty()) return 1;
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  print("open", times.back().second);
  print("peak", double(usage.ru_maxrss) * 1024);
  fmt::print(", \"stages\": {{");
  for (std::size_t i = 0; i < times.size(); ++i) {
    fmt::print("{}\"{}\": {:.6g}", i == 0 ? "" : ", ", times[i].first, times[i].second);
  }
  fmt::print("}}}}\n");
  return 0;
}

}  // namespace
}  // namespace heapsnap

int main(int argc, char** argv) {
  if (argc == 3 || argc == 4) return heapsnap::run(argv[1], argv[2], argv[3]);
  if (argc == 2) return heapsnap::run_once(argv[1]);
  fmt::print(stderr, "usage: analysis_bench FILE [STREAM [GRAPH]]\n");
  return 2;
}
