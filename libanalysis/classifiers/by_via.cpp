// The set of the labels of the edges that lead to an object.
//
// Labels are known by an edge's source and its place there, so all edges are passed over once,
// source by source, and each label is put beside the others of its target: O(V + E), however many
// edges one container has.
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/set_kinds.h"
#include "libanalysis/dict_owners.h"
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

// In rows, of the label of an entry of a `__dict__` that is an attribute of what owns it.
constexpr LabelId kIsAttribute = LabelId{1} << 31;

struct LabelRows {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> end;  // by node
  Array<LabelId> labels;
  std::unordered_map<LabelId, LabelId> attributes;  // by the label as an entry

  std::span<const LabelId> of(NodeId id) const {
    return {labels.begin() + begin[id], labels.begin() + end[id]};
  }
};

// The edges of the virtual root are left out.
LabelRows label_rows(const Graph& graph, const NodeSet& nodes, EdgeLabels& labels) {
  LabelRows rows{.begin = rows_of(graph, nodes), .end = {}, .labels = {}, .attributes = {}};
  rows.end.assign(rows.begin.begin(), rows.begin.end() - 1);
  rows.labels = Array<LabelId>(rows.begin.back());
  const NodeSet namespaces = Namespaces(graph).all();
  for (NodeId source = 0; source < graph.container_count(); ++source) {
    const auto referents = graph.referents(source);
    const bool is_namespace = namespaces.contains(source);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      const NodeId target = referents[i];
      if (!nodes.contains(target)) continue;
      LabelId label = labels.id_of(source, i);
      const auto attribute = is_namespace ? labels.attribute_of(source, i) : std::nullopt;
      if (attribute) {
        rows.attributes[label] = *attribute;
        label |= kIsAttribute;
      }
      rows.labels[rows.end[target]++] = label;
    }
  }
  return rows;
}

// Sets in which attributes are spelled as such, behind those that are kinds.
void add_spelled(const LabelRows& rows, const NodeSet& nodes, SetKinds& kinds) {
  std::vector<std::uint32_t> members;
  for (const NodeId id : nodes) {
    members.clear();
    bool has_attributes = false;
    for (const LabelId label : rows.of(id)) {
      const bool is_attribute = (label & kIsAttribute) != 0;
      has_attributes |= is_attribute;
      members.push_back(is_attribute ? rows.attributes.at(label & ~kIsAttribute) : label);
    }
    if (!has_attributes) continue;
    const KindId set = kinds.sets.intern(members);
    if (set != kinds.set_of[id]) kinds.spelled.push_back({id, set});
  }
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
    members.clear();
    for (const LabelId label : rows.of(id)) members.push_back(label & ~kIsAttribute);
    result.set_of[id] = result.sets.intern(members);
  }
  result.kind_count = result.sets.size();
  add_spelled(rows, nodes, result);
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
