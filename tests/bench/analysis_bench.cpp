// analysis_bench FILE STREAM: what it costs to open a snapshot and to ask it, beside what it could
// cost at least: reading the stream's bytes, and random accesses of this machine.
//
// FILE is the snapshot, STREAM the same heap as the agent wrote it, without compression. Figures
// are the smallest of some repetitions; bytes come from the page cache. Prints one JSON object. The
// peak of memory is that of a process that opened the file once and asked for retained sizes.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "libanalysis/classifier.h"
#include "libanalysis/components.h"
#include "libanalysis/graph_builder.h"
#include "libanalysis/heap.h"
#include "libanalysis/partition.h"
#include "libanalysis/reachability.h"
#include "libsnapshot/snapshot_reader.h"
#include "tests/bench/peer_dominators.h"

namespace heapsnap {
namespace {

constexpr int kRepetitions = 5;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double smallest(const std::function<void()>& work, int repetitions = kRepetitions) {
  double best = 1e300;
  for (int i = 0; i < repetitions; ++i) best = std::min(best, seconds(work));
  return best;
}

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

Result<Graph> open_graph(const char* path, unsigned threads) {
  Result<SnapshotReader> snapshot = SnapshotReader::open(path, {.threads = threads});
  if (!snapshot) return tl::unexpected(snapshot.error());
  return build_graph(*snapshot, {.threads = threads});
}

// From the file to every object's retained size.
std::uint64_t open_all(const char* path, unsigned threads) {
  const Heap heap(*open_graph(path, threads), threads);
  return heap.dominators().retained[heap.graph().root()];
}

// Peak resident bytes of a process that does nothing else.
std::uint64_t peak_of(const char* path, unsigned threads) {
  const pid_t child = fork();
  if (child == 0) {
    sink += open_all(path, threads);
    _exit(0);
  }
  int status = 0;
  rusage usage = {};
  wait4(child, &status, 0, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
}

void print(const char* key, double value) { fmt::print(", \"{}\": {:.6g}", key, value); }

void print_opening(const char* path, NodeId nodes) {
  for (const unsigned threads : {1u, 2u}) {
    const double graph = smallest([&] { sink += open_graph(path, threads)->node_count(); });
    const double all = smallest([&] { sink += open_all(path, threads); });
    print(threads == 1 ? "graph_1" : "graph_2", graph);
    print(threads == 1 ? "open_1" : "open_2", all);
  }
  print("peak_per_node", double(peak_of(path, 2)) / nodes);
}

void print_queries(const Heap& heap) {
  const Graph& graph = heap.graph();
  const auto by = [&](const char* classifier) {
    const auto found = find_classifier(classifier)->classify(heap, graph.objects());
    sink += partition(graph, *found).rows.size();
  };
  print("hist_type", smallest([&] { by("type"); }));
  print("hist_rcs", smallest([&] { by("rcs(type)"); }));
  print("hist_via", smallest([&] { by("via"); }));
  NodeSet root(graph.node_count());
  root.insert(graph.root());
  print("reachability", smallest([&] { sink += reachable(graph, root).count(); }));
  print("components", smallest([&] { sink += components(graph).count; }));
}

int run(const char* path, const char* stream) {
  const Result<Graph> graph = open_graph(path, 2);
  if (!graph) {
    fmt::print(stderr, "{}: {}\n", path, graph.error().message);
    return 1;
  }
  fmt::print("{{\"nodes\": {}, \"edges\": {}", graph->node_count(), graph->edge_count());
  print("read", smallest([&] { read_all(stream); }));
  print("gather_ns", gather());
  print_opening(path, graph->node_count());
  print("dominators_1", smallest([&] { sink += dominators(*graph, 1).retained.size(); }));
  print("dominators_2", smallest([&] { sink += dominators(*graph, 2).retained.size(); }));
  const std::optional<PeerTimes> peer = time_peer(*graph);
  if (peer) {
    print("boost_dominators", peer->seconds);
    print("boost_differences", double(peer->differences));
  }
  Result<Graph> again = open_graph(path, 2);
  print_queries(Heap(std::move(*again), 2));
  fmt::print("}}\n");
  return sink == 1 ? 3 : 0;
}

}  // namespace
}  // namespace heapsnap

int main(int argc, char** argv) {
  if (argc == 3) return heapsnap::run(argv[1], argv[2]);
  fmt::print(stderr, "usage: analysis_bench FILE STREAM\n");
  return 2;
}
