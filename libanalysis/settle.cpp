// Which edges stay. An edge whose target is no node is a hole in its row, and so is an edge of
// the part `maybe` that nothing speaks for: a word counts as a reference if its target has one
// left that no certain edge explains (in the order of the file). Rows are then closed up, and the
// forms of those that had holes say which slots are skipped.

#include <algorithm>

#include "libanalysis/construction.h"
#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

struct MaybeEdge {
  std::uint32_t place;
  NodeId target;
};

// Takes them out of the rows; nobody counts them then.
std::vector<MaybeEdge> take_maybe_edges(Construction& c) {
  std::vector<MaybeEdge> edges;
  for (const std::vector<std::uint32_t>& places : c.maybe_places) {
    for (const std::uint32_t place : places) {
      edges.push_back({place, c.graph.referents[place]});
      c.graph.referents[place] = kNoNode;
    }
  }
  return edges;
}

// Each thread counts targets of its own. Returns the number of holes.
std::uint64_t count_references(Construction& c) {
  const GraphArrays& graph = c.graph;
  const unsigned shares = std::min(c.threads, 4u);
  std::vector<std::uint64_t> holes(shares);
  parallel_for(shares, shares, [&](std::size_t share) {
    const std::uint64_t low = std::uint64_t{graph.node_count} * share / shares;
    const std::uint64_t high = std::uint64_t{graph.node_count} * (share + 1) / shares;
    for (const NodeId target : graph.referents) {
      if (target - low < high - low) {
        ++c.references[target];
      } else if (share == 0) {
        holes[0] += target == kNoNode;
      }
    }
  });
  return holes[0];
}

void count_root_references(Construction& c) {
  c.recorded_roots = c.graph.roots.size();
  for (const RootEdge& root : c.graph.roots) {
    if (root.kind != RootKind::kStaticType) ++c.references[root.target];
  }
}

// Returns how many are kept.
std::uint64_t keep_explained(Construction& c, std::span<const MaybeEdge> edges) {
  std::uint64_t kept = 0;
  for (const MaybeEdge& edge : edges) {
    if (edge.target == kNoNode) continue;
    if (c.graph.refcount[edge.target] <= c.references[edge.target]) continue;
    ++c.references[edge.target];
    c.graph.referents[edge.place] = edge.target;
    ++kept;
  }
  return kept;
}

// The form of a row some of whose edges are holes; `holes` are their places in the row.
FormId form_with_holes(FormTable& forms, FormId id, std::span<const std::uint32_t> holes) {
  const Form form = forms.form(id);
  std::vector<std::uint32_t> skipped(form.skipped.begin(), form.skipped.end());
  for (const std::uint32_t hole : holes) {
    skipped.push_back(static_cast<std::uint32_t>(form.slot_of(hole)));
  }
  std::ranges::sort(skipped);

  const auto copy = [](std::span<const std::uint32_t> list) {
    return std::vector<std::uint32_t>(list.begin(), list.end());
  };
  const auto offsets = copy(form.offsets), names = copy(form.names),
             continued = copy(form.continued);
  Form result = form;  // its own lists end with the next intern()
  result.offsets = offsets;
  result.names = names;
  result.continued = continued;
  result.skipped = skipped;
  return forms.intern(result);
}

void close_up(Construction& c) {
  GraphArrays& graph = c.graph;
  std::uint32_t begin = 0, out = 0;
  std::vector<std::uint32_t> holes;
  for (NodeId id = 0; id < graph.container_count; ++id) {
    const std::uint32_t end = graph.referents_begin[id + 1];
    holes.clear();
    for (std::uint32_t place = begin; place != end; ++place) {
      const NodeId target = graph.referents[place];
      if (target == kNoNode) {
        holes.push_back(place - begin);
      } else {
        graph.referents[out++] = target;
      }
    }
    if (!holes.empty()) graph.form[id] = form_with_holes(graph.forms, graph.form[id], holes);
    graph.referents_begin[id + 1] = out;
    begin = end;
  }
}

}  // namespace

void settle(Construction& c) {
  const std::vector<MaybeEdge> maybe = take_maybe_edges(c);
  c.references = Array<std::uint32_t>(c.graph.node_count);
  const std::uint64_t holes = count_references(c);
  count_root_references(c);
  const std::uint64_t kept = keep_explained(c, maybe);
  c.graph.damage.maybe_dropped = maybe.size() - kept;
  c.graph.damage.dangling = holes - maybe.size();
  if (holes != kept) close_up(c);
}

}  // namespace heapsnap
