// The set of the labels of the edges that lead to an object.
//
// Labels are known by an edge's source and its place there, so all edges are passed over once,
// source by source, and each label is put beside the others of its target: O(V + E), however many
// edges one container has.
#include <memory>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/set_kinds.h"
#include "libanalysis/edge_labels.h"
#include "libanalysis/python_literal.h"
#include "libanalysis/selector_scanner.h"

namespace heapsnap {
namespace {

// Where the labels of each node's edges begin, and where the last end.
std::vector<std::uint32_t> rows_of(const Graph& graph, const NodeSet& nodes) {
  std::vector<std::uint32_t> begin(std::size_t{graph.node_count()} + 1);
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    const std::size_t edges = nodes.contains(id) ? graph.referrers(id).size() : 0;
    begin[id + 1] = begin[id] + static_cast<std::uint32_t>(edges);
  }
  return begin;
}

struct LabelRows {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> end;  // by node
  Array<LabelId> labels;
};

// The edges of the virtual root are left out.
LabelRows label_rows(const Graph& graph, const NodeSet& nodes, EdgeLabels& labels) {
  LabelRows rows{.begin = rows_of(graph, nodes), .end = {}, .labels = {}};
  rows.end.assign(rows.begin.begin(), rows.begin.end() - 1);
  rows.labels = Array<LabelId>(rows.begin.back());
  for (NodeId source = 0; source < graph.container_count(); ++source) {
    const auto referents = graph.referents(source);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      const NodeId target = referents[i];
      if (nodes.contains(target)) rows.labels[rows.end[target]++] = labels.id_of(source, i);
    }
  }
  return rows;
}

// As it stands in a list of labels.
std::string listed(const std::string& label) {
  return bare_label_length(label) == label.size() ? label : quoted(label);
}

}  // namespace

SetKinds edge_label_kinds(const Graph& graph, const NodeSet& nodes) {
  const auto labels = std::make_shared<EdgeLabels>(graph);
  const LabelRows rows = label_rows(graph, nodes, *labels);
  SetKinds result{.set_of = std::vector<KindId>(graph.node_count(), kNoKind)};
  std::vector<std::uint32_t> members;
  for (const NodeId id : nodes) {
    members.assign(rows.labels.begin() + rows.begin[id], rows.labels.begin() + rows.end[id]);
    result.set_of[id] = result.sets.intern(members);
  }
  result.member_count = labels->size();
  result.name = [labels](std::uint32_t label) { return listed(labels->text(label)); };
  result.key = [labels](std::uint32_t label) { return labels->text(label); };
  result.is_called = [labels](std::uint32_t label, const Glob& name) {
    return name.matches(labels->text(label));
  };
  return result;
}

Result<Classification> classify_by_via(const Heap& heap, const NodeSet& nodes,
                                       const Factor& factor) {
  return classification_of(edge_label_kinds(heap.graph(), nodes), factor);
}

}  // namespace heapsnap
