// What the labels of edges have in common: `[*]` for every index and key, the name for an attribute.
//
//     GeneralLabels labels(graph);
//     const GeneralLabelId label = labels.of(source, position);    // .data [*] {*} ->cache
//     labels[label].many                                           // whether an object may have several
//
// Names stay, indices, keys and stack places do not: two snapshots of one program have the same
// general labels, whatever is in its containers. Keys are generalised however few there are: what a
// dict holds today is no promise for tomorrow. The entries of a `__dict__` are attributes, and
// read so, whether the version keeps them in a dict or in the object.
//
// Equal texts have one id. An edge costs about 10 ns once its like has been seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"
#include "libanalysis/labels.h"

namespace heapsnap {

using GeneralLabelId = std::uint32_t;

struct GeneralLabel {
  std::string text = {};
  bool many = false;  // one object may have several edges of the label

  bool operator==(const GeneralLabel&) const = default;
};

// Attributes first, then items, elements, keys, and what only C sees; within these by text.
bool reads_before(const GeneralLabel& a, const GeneralLabel& b);

class GeneralLabels {
 public:
  explicit GeneralLabels(const Graph& graph) : graph_(graph) {}

  // Of graph.referents(source)[position].
  GeneralLabelId of(NodeId source, std::size_t position);
  // The same, as what owns a `__dict__` sees its entries.
  GeneralLabelId of_namespace(NodeId dict, std::size_t position);

  GeneralLabelId intern(const GeneralLabel& label);
  const GeneralLabel& operator[](GeneralLabelId id) const { return labels_[id]; }
  const std::vector<GeneralLabel>& all() const { return labels_; }

 private:
  GeneralLabelId attribute_named(NodeId name);

  const Graph& graph_;
  std::vector<GeneralLabel> labels_;
  std::unordered_map<std::string, GeneralLabelId> ids_;
  std::unordered_map<std::uint64_t, GeneralLabelId> by_place_;  // by form, part and index
  std::unordered_map<NodeId, GeneralLabelId> by_name_;          // attributes of namespaces
};

}  // namespace heapsnap
