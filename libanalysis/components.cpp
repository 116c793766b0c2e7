// Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972) with a stack of its
// own. Nodes are numbered as the search meets them. `low` is the least number that a node is known
// to lead to among those still open; a node whose `low` is its own number is the first of a
// component, which is what lies above it on the stack of open nodes.
#include "libanalysis/components.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace heapsnap {
namespace {

class Tarjan {
 public:
  explicit Tarjan(const Graph& graph)
      : graph_(graph), low_(graph.container_count()), result_{
            Array<std::uint32_t>(graph.container_count()), 0} {}

  Components run() {
    for (NodeId id = 0; id < graph_.container_count(); ++id) {
      if (low_[id] == 0) search(id);
    }
    return std::move(result_);
  }

 private:
  static constexpr std::uint32_t kClosed = ~std::uint32_t{0};

  struct Visit {
    NodeId id;
    std::uint32_t number;
    const NodeId* next;  // referent to go on with
    const NodeId* end;
  };

  void open(NodeId id) {
    low_[id] = ++last_number_;
    open_.push_back(id);
    const auto referents = graph_.referents(id);
    visits_.push_back({id, last_number_, referents.data(), referents.data() + referents.size()});
  }

  void search(NodeId from) {
    open(from);
    while (!visits_.empty()) {
      Visit& visit = visits_.back();
      if (visit.next == visit.end) {
        leave();
        continue;
      }
      const NodeId target = *visit.next++;
      if (target >= graph_.container_count()) continue;
      if (low_[target] == 0) {
        open(target);
      } else {
        low_[visit.id] = std::min(low_[visit.id], low_[target]);  // kClosed: no less
      }
    }
  }

  void leave() {
    const Visit done = visits_.back();
    visits_.pop_back();
    const std::uint32_t low = low_[done.id];
    if (low == done.number) close(done.id);
    if (!visits_.empty()) {
      std::uint32_t& parent = low_[visits_.back().id];
      parent = std::min(parent, low_[done.id]);
    }
  }

  void close(NodeId first) {
    NodeId id = kNoNode;
    do {
      id = open_.back();
      open_.pop_back();
      low_[id] = kClosed;
      result_.component[id] = result_.count;
    } while (id != first);
    ++result_.count;
  }

  const Graph& graph_;
  Array<std::uint32_t> low_;  // 0: not met yet
  Components result_;
  std::uint32_t last_number_ = 0;
  std::vector<NodeId> open_;
  std::vector<Visit> visits_;
};

bool refers_to_itself(const Graph& graph, NodeId id) {
  return std::ranges::find(graph.referents(id), id) != graph.referents(id).end();
}

}  // namespace

Components components(const Graph& graph) { return Tarjan(graph).run(); }

NodeSet cycles_of(const Graph& graph, const NodeSet& nodes) {
  const Components all = components(graph);
  std::vector<std::uint32_t> size(all.count);
  for (const std::uint32_t component : all.component) ++size[component];
  std::vector<bool> wanted(all.count);
  for (const NodeId id : nodes) {
    if (id >= graph.container_count()) break;
    const std::uint32_t component = all.component[id];
    if (size[component] > 1 || refers_to_itself(graph, id)) wanted[component] = true;
  }
  NodeSet result(graph.node_count());
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    if (wanted[all.component[id]]) result.insert(id);
  }
  return result;
}

}  // namespace heapsnap
