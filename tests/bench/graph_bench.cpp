// graph_bench FILE: what it costs to open a snapshot as a graph, from the file to the roots.
//
// Figures are the smallest of some repetitions, in nanoseconds a node, by the clock and of
// processor time, with one thread and with two. The file's bytes come from the page cache.
#include <algorithm>
#include <chrono>
#include <ctime>

#include <fmt/format.h>

#include "libanalysis/graph_builder.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {
namespace {

constexpr int kRepetitions = 9;

double processor_time() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

struct Costs {
  double wall = 1e300;
  double processor = 1e300;
  NodeId nodes = 0;
};

// One opening; false if the file cannot be opened.
bool open_once(const char* path, unsigned threads, Costs& costs) {
  const auto start = std::chrono::steady_clock::now();
  const double processor = processor_time();
  Result<SnapshotReader> snapshot = SnapshotReader::open(path, {.threads = threads});
  if (!snapshot) return false;
  const Result<Graph> graph = build_graph(*snapshot, {.threads = threads});
  if (!graph) return false;
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  costs.wall = std::min(costs.wall, spent.count());
  costs.processor = std::min(costs.processor, processor_time() - processor);
  costs.nodes = graph->node_count();
  return true;
}

int run(const char* path) {
  for (const unsigned threads : {1u, 2u}) {
    Costs costs;
    for (int i = 0; i < kRepetitions; ++i) {
      if (open_once(path, threads, costs)) continue;
      fmt::print(stderr, "{}: cannot be opened\n", path);
      return 1;
    }
    fmt::print("{} nodes, {} thread(s): {:.1f} ns a node by the clock, {:.1f} of processor time\n",
               costs.nodes, threads, costs.wall / costs.nodes, costs.processor / costs.nodes);
  }
  return 0;
}

}  // namespace
}  // namespace heapsnap

int main(int argc, char** argv) {
  if (argc == 2) return heapsnap::run(argv[1]);
  fmt::print(stderr, "usage: graph_bench FILE\n");
  return 2;
}
