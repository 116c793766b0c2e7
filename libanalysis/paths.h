// The shortest paths to a set of objects, all of them, however many there are.
//
//     const ShortestPaths paths = shortest_paths(graph, {.to = sessions});
//     paths.count().text()                           // "18446744073709551616"
//     for (const Path& path : paths.first(10)) ...   // in order: by source, then by position
//
// Paths are by strong edges, and end at the nearest of the targets; two edges between the same
// nodes make two paths. Without `from` they begin at the virtual root: with a thread or an
// interpreter where these lead to a target, else with a static type or an immortal object, else
// with what C code holds, and with garbage only where nothing else leads.
//
// O(V + E) to search; a path costs its length; counting costs an addition an edge of the shortest
// paths, of numbers as large as the count. Nothing recurses.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libanalysis/big_unsigned.h"
#include "libanalysis/graph.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

// graph.referents(source)[position] is the target.
struct Step {
  NodeId source = kNoNode;
  std::uint32_t position = 0;
  NodeId target = kNoNode;

  bool operator==(const Step&) const = default;
};

using Path = std::vector<Step>;

struct PathQuery {
  NodeSet to;
  std::optional<NodeSet> from = std::nullopt;     // none: the virtual root
  std::optional<NodeSet> exclude = std::nullopt;  // nodes that no path enters
  std::function<bool(NodeId source, std::size_t position)> avoid = nullptr;  // edges not taken
  std::vector<std::pair<NodeId, NodeId>> avoid_between = {};  // and those between such nodes
};

class ShortestPaths {
 public:
  // No path: there are no levels. Else a path has a node of each; the last are targets.
  bool empty() const { return levels_.empty(); }
  std::size_t length() const { return levels_.empty() ? 0 : levels_.size() - 1; }  // in edges

  // Where they begin, in the order in which the paths are.
  std::span<const NodeId> starts() const {
    return empty() ? std::span<const NodeId>() : levels_.front();
  }

  BigUnsigned count() const;
  std::vector<Path> first(std::size_t limit) const;
  std::vector<Path> last(std::size_t limit) const;  // in the same order
  // The edges of all paths from one level to the next: 0 are the first edges.
  std::vector<Step> edges_at(std::size_t level) const;

 private:
  friend class PathSearch;
  using Allowed = std::function<bool(NodeId source, std::size_t position, NodeId target)>;

  std::vector<Path> walk(std::size_t limit, bool backward) const;
  bool leads_on(NodeId source, std::size_t position, std::size_t level) const;
  bool is_at(NodeId id, std::size_t level) const;

  const Graph* graph_ = nullptr;
  Allowed allowed_;
  std::vector<std::vector<NodeId>> levels_;  // the nodes on paths, each level in increasing order
};

// The graph must outlive the result.
ShortestPaths shortest_paths(const Graph& graph, const PathQuery& query);

}  // namespace heapsnap
