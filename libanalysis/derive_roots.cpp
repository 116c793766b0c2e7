// Why each node is alive. The file names the roots that the walker started from; three kinds more
// follow from the whole graph: what is never freed, what has more references than edges (C code
// holds it), and of what is left after that, cyclic garbage, one representative of each part that
// nothing else refers to.

#include <algorithm>
#include <unordered_map>

#include "libanalysis/construction.h"
#include "libanalysis/excess.h"
#include "libanalysis/node_set.h"
#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

// CPython 3.11 gives static objects a reference count of 999,999,999; what 3.12 and later call
// immortal has more, and is written as 0.
constexpr std::uint64_t kImmortalCount = 999'999'999;

std::span<const NodeId> row_of(const GraphArrays& graph, NodeId id) {
  if (id >= graph.container_count) return {};
  return {graph.referents.data() + graph.referents_begin[id],
          graph.referents.data() + graph.referents_begin[id + 1]};
}

void add_root(GraphArrays& graph, RootKind kind, NodeId target) {
  graph.roots.push_back({kind, target, 0});
}

// Roots that follow from a node and its count of references alone.
class RootRules {
 public:
  explicit RootRules(const Construction& c) : c_(c), recorded_(c.graph.node_count) {
    for (const RootEdge& root : c.graph.roots) recorded_.insert(root.target);
    const auto version = static_cast<std::uint32_t>(c.graph.provenance.number("hexversion"));
    for (const TypeRecord& type : c.graph.types) {
      excess_.push_back(known_excess(version, type.layout));
      structure_.push_back(type.layout == TypeLayout::kStructure);
    }
  }

  // kUnreachable: none of them.
  RootKind kind_of(NodeId id) const {
    if (id == c_.graph.container_count || recorded_.contains(id)) return RootKind::kUnreachable;
    const TypeId type = c_.graph.type[id];
    if (structure_[type]) return of_structure(id);
    const std::uint64_t references = c_.graph.refcount[id];
    if (references == 0 || references >= kImmortalCount) return RootKind::kImmortal;
    if (references > std::uint64_t{c_.references[id]} + excess_[type]) return RootKind::kHeldByC;
    return RootKind::kUnreachable;
  }

 private:
  // Structures have no count; the walker finds them by its own ways.
  RootKind of_structure(NodeId id) const {
    if (c_.references[id] != 0) return RootKind::kUnreachable;
    const bool interpreter = c_.graph.types[c_.graph.type[id]].id == kInterpreterType;
    return interpreter ? RootKind::kInterpreter : RootKind::kThread;
  }

  const Construction& c_;
  NodeSet recorded_;
  std::vector<std::uint32_t> excess_;  // by type
  std::vector<std::uint8_t> structure_;
};

void add_ruled_roots(Construction& c) {
  const RootRules rules(c);
  constexpr std::size_t kBlock = std::size_t{1} << 16;
  std::vector<std::vector<RootEdge>> found(c.graph.node_count / kBlock + 1);
  parallel_blocks(c.graph.node_count, c.threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto id = static_cast<NodeId>(i);
      const RootKind kind = rules.kind_of(id);
      if (kind != RootKind::kUnreachable) found[begin / kBlock].push_back({kind, id, 0});
    }
  });
  std::vector<RootEdge>& roots = c.graph.roots;
  const auto recorded = static_cast<std::ptrdiff_t>(roots.size());
  for (const auto& some : found) roots.insert(roots.end(), some.begin(), some.end());
  std::stable_sort(roots.begin() + recorded, roots.end(),
                   [](const RootEdge& a, const RootEdge& b) { return a.kind < b.kind; });
}

// Adds to `seen` what is reached from the nodes on the stack.
void reach(const GraphArrays& graph, NodeSet& seen, std::vector<NodeId>& stack) {
  while (!stack.empty()) {
    const NodeId id = stack.back();
    stack.pop_back();
    for (const NodeId target : row_of(graph, id)) {
      if (seen.add(target) && target < graph.container_count) stack.push_back(target);
    }
  }
}

NodeSet reached_from_roots(const GraphArrays& graph) {
  NodeSet seen(graph.node_count);
  std::vector<NodeId> stack;
  seen.insert(graph.container_count);
  for (const RootEdge& root : graph.roots) {
    if (seen.add(root.target)) stack.push_back(root.target);
  }
  reach(graph, seen, stack);
  return seen;
}

// The nodes not in `seen`, in the order in which a depth-first search leaves them.
std::vector<NodeId> postorder(const GraphArrays& graph, NodeSet seen) {
  struct Step {
    NodeId node;
    std::uint32_t next;  // edge of its row
  };
  std::vector<NodeId> order;
  std::vector<Step> stack;
  const NodeSet unreached = ~seen;
  for (const NodeId start : unreached) {
    if (!seen.add(start)) continue;
    stack.push_back({start, 0});
    while (!stack.empty()) {
      Step& step = stack.back();
      const auto row = row_of(graph, step.node);
      while (step.next < row.size() && seen.contains(row[step.next])) ++step.next;
      if (step.next == row.size()) {
        order.push_back(step.node);
        stack.pop_back();
        continue;
      }
      const NodeId target = row[step.next++];
      seen.insert(target);
      stack.push_back({target, 0});
    }
  }
  return order;
}

// As in Kosaraju's algorithm, the node that a depth-first search leaves last belongs to a strongly
// connected component to which no other leads. Without what it reaches, the same is true of the
// rest.
void add_unreachable_roots(Construction& c, NodeSet seen) {
  GraphArrays& graph = c.graph;
  const std::vector<NodeId> order = postorder(graph, seen);
  std::vector<NodeId> representatives, stack;
  for (std::size_t i = order.size(); i-- > 0;) {
    if (!seen.add(order[i])) continue;
    representatives.push_back(order[i]);
    stack.push_back(order[i]);
    reach(graph, seen, stack);
  }
  std::ranges::sort(representatives);
  for (const NodeId id : representatives) add_root(graph, RootKind::kUnreachable, id);
}

}  // namespace

void add_recorded_roots(Construction& c) {
  GraphArrays& graph = c.graph;
  graph.root_labels.emplace_back();
  std::unordered_map<std::string, std::uint32_t> labels = {{"", 0}};
  for (const RootRecord& root : c.roots) {
    const NodeId target = graph.addresses.find(root.target);
    if (target == kNoNode) {
      ++graph.damage.dangling_roots;
      continue;
    }
    const auto [at, is_new] =
        labels.try_emplace(root.label, static_cast<std::uint32_t>(graph.root_labels.size()));
    if (is_new) graph.root_labels.push_back(root.label);
    graph.roots.push_back({root.kind, target, at->second});
  }
}

void derive_roots(Construction& c) {
  add_ruled_roots(c);
  NodeSet seen = reached_from_roots(c.graph);
  if (seen.count() != c.graph.node_count) add_unreachable_roots(c, std::move(seen));
  for (const RootEdge& root : c.graph.roots) c.graph.root_targets.push_back(root.target);
}

}  // namespace heapsnap
