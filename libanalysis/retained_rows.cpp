#include "libanalysis/retained_rows.h"

#include <algorithm>
#include <bit>
#include <deque>
#include <utility>

#include "libanalysis/array.h"
#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

using Bits = std::uint64_t;
constexpr std::size_t kRowsAtOnce = 64;

// The sets that a search is about: by kind, the sets that it belongs to.
struct Sets {
  const Classification& classes;
  std::vector<Bits> of_kind;
  std::size_t count = 0;

  Bits of(NodeId id) const {
    const KindId kind = classes.kind_of(id);
    return kind == kNoKind ? 0 : of_kind[kind];
  }
  Bits all() const { return count == kRowsAtOnce ? ~Bits{0} : (Bits{1} << count) - 1; }
};

// For each container and each set whether it is reached by a path that avoids the set. Nodes wait
// their turn in the order in which they were met, so that most bits of a node come together.
class Search {
 public:
  Search(const Graph& graph, const Sets& sets)
      : graph_(graph), sets_(sets), reached_(graph.container_count() + std::size_t{1}),
        passed_on_(reached_.size()) {
    reached_[graph.root()] = sets.all();
    queue_.push_back(graph.root());
    while (!queue_.empty()) {
      const NodeId id = queue_.front();
      queue_.pop_front();
      pass_on(id, reached_[id] & ~std::exchange(passed_on_[id], reached_[id]));
    }
  }

  Bits reached(NodeId id) const {
    if (id <= graph_.root()) return reached_[id];
    Bits bits = 0;
    for (const NodeId referrer : graph_.referrers(id)) bits |= reached_[referrer];
    return bits & ~sets_.of(id);
  }

 private:
  void pass_on(NodeId from, Bits bits) {
    for (const NodeId target : graph_.referents(from)) {
      if (target >= graph_.container_count()) continue;
      const Bits more = bits & ~sets_.of(target) & ~reached_[target];
      if (more == 0) continue;
      if (reached_[target] == passed_on_[target]) queue_.push_back(target);
      reached_[target] |= more;
    }
  }

  const Graph& graph_;
  const Sets& sets_;
  Array<Bits> reached_;    // by container and the virtual root
  Array<Bits> passed_on_;  // likewise; less than reached: the node waits in the queue
  std::deque<NodeId> queue_;
};

// Bytes by set.
std::vector<std::uint64_t> retained_of(const Graph& graph, const Sets& sets) {
  const Search search(graph, sets);
  std::vector<std::uint64_t> result(sets.count);
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    for (Bits lost = sets.all() & ~search.reached(id); lost != 0; lost &= lost - 1) {
      result[static_cast<std::size_t>(std::countr_zero(lost))] += graph.size(id);
    }
  }
  return result;
}

// Fills in rows of one object each, and returns the places of the others.
std::vector<std::size_t> add_single(const Heap& heap, const Classification& classes,
                                    std::vector<Row>& rows) {
  std::vector<std::size_t> larger;
  std::vector<std::size_t> place_of_kind(classes.kind_count(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].measure.count == 1) {
      place_of_kind[rows[i].kind] = i;
    } else {
      larger.push_back(i);
    }
  }
  if (larger.size() == rows.size()) return larger;
  for (const NodeId id : heap.graph().objects()) {
    const KindId kind = classes.kind_of(id);
    const std::size_t place = kind == kNoKind ? rows.size() : place_of_kind[kind];
    if (place < rows.size()) rows[place].retained = heap.dominators().retained[id];
  }
  return larger;
}

void add_at_once(const Graph& graph, const Classification& classes, std::vector<Row>& rows,
                 std::span<const std::size_t> places) {
  Sets sets{classes, std::vector<Bits>(classes.kind_count()), places.size()};
  for (std::size_t i = 0; i < places.size(); ++i) sets.of_kind[rows[places[i]].kind] = Bits{1} << i;
  const std::vector<std::uint64_t> retained = retained_of(graph, sets);
  for (std::size_t i = 0; i < places.size(); ++i) rows[places[i]].retained = retained[i];
}

void add_to_rows(const Heap& heap, const Classification& classes, std::vector<Row>& rows) {
  const std::vector<std::size_t> larger = add_single(heap, classes, rows);
  const std::size_t searches = (larger.size() + kRowsAtOnce - 1) / kRowsAtOnce;
  parallel_for(searches, thread_count(heap.threads()), [&](std::size_t i) {
    const std::size_t begin = i * kRowsAtOnce;
    const std::size_t count = std::min(kRowsAtOnce, larger.size() - begin);
    add_at_once(heap.graph(), classes, rows, std::span(larger).subspan(begin, count));
  });
}

}  // namespace

void add_retained(const Heap& heap, Partition& partition) {
  add_to_rows(heap, partition.classification, partition.rows);
}

void add_retained(const Heap& heap, const Partition& partition, RankedRows& table) {
  add_to_rows(heap, partition.classification, table.rows);
  constexpr Bits kAll = 1, kOthers = 2;
  Sets sets{partition.classification,
            std::vector<Bits>(partition.classification.kind_count(), kAll | kOthers), 2};
  for (const Row& row : table.rows) sets.of_kind[row.kind] = kAll;
  const std::vector<std::uint64_t> retained = retained_of(heap.graph(), sets);
  table.total_retained = retained[0];
  table.others_retained = retained[1];
}

}  // namespace heapsnap
