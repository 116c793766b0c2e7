// The label of an edge: how a path names the step from a node to one of its referents.
//
// Nothing is stored for it. An edge's label follows from the form of its source (form.h) and its
// position; keys and names are the texts of other nodes. O(1) an edge, O(log n) in a row from
// which edges were dropped.
//
//     const Label label = label_of(graph, id, 2);    // of graph.referents(id)[2]
//     label_text(graph, label)                       // .attr ['k'] [3] {0} .keys()[0] ->ob_type
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

enum class LabelKind : std::uint8_t {
  kAttribute,  // .name
  kField,      // ->name: only C sees it
  kItem,       // [index]
  kValue,      // [key]
  kKey,        // .keys()[index]
  kElement,    // {index}
  kLocal,      // .f_locals['name']; .name of a frame without an object
  kStack,      // <stack index>
  kSharedKey,  // ->ht_cached_keys[index]
  kFrame,      // f<index>: a thread's frame, counted from the outermost
  kOffset,     // <+0x..>: index is the byte offset
  kUnnamed,    // <ref>
  kRoot,       // name, or nothing for a derived root
};

struct Label {
  LabelKind kind = LabelKind::kUnnamed;
  std::uint64_t index = 0;
  NodeId key = kNoNode;          // kValue
  std::string_view name = {};    // without its dot or arrow
  std::string_view prefix = {};  // kLocal: what leads to the locals, such as .f_locals

  bool operator==(const Label&) const = default;
};

// Of graph.referents(source)[position].
Label label_of(const Graph& graph, NodeId source, std::size_t position);
Label label_of(const Graph& graph, const WeakEdge& edge);

std::string label_text(const Graph& graph, const Label& label);

// Edges whose label is <+0x..> or <ref>. Some 20 ns a node.
std::uint64_t count_unlabelled(const Graph& graph);

// The referent by an attribute (".__dict__", "->ob_type"), or kNoNode. O(edges of the source).
NodeId attribute(const Graph& graph, NodeId source, std::string_view label);
// The value under a str key in a dict, or kNoNode. O(entries).
NodeId item(const Graph& graph, NodeId dict, std::string_view key);

}  // namespace heapsnap
