// Graph is the heap of a snapshot: its objects and structures, what they refer to, and why they
// are alive.
//
//     for (NodeId referent : graph.referents(id)) ...     // as recorded: the position is the label
//     std::string path_step = label_text(graph, label_of(graph, id, 0));         // labels.h
//
// A node is an object, a structure (interpreter, thread, a frame without an object), or the
// virtual root, whose referents are the root edges of the model. The ids are containers first,
// in address order, then the virtual root, then leaves in address order: `id < container_count()`
// tells that a node may refer to something, and algorithms run on the third of a heap that does.
//
// Every node is reached from the virtual root by strong edges. Weak edges, which keep nothing
// alive, are lists of their own and appear in no other. A Graph is immutable and can be read by
// any number of threads; spans and views into it live as long as it does. Nothing here can fail:
// GraphBuilder has checked what the file claims.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/graph_arrays.h"
#include "libanalysis/ids.h"
#include "libanalysis/node_set.h"
#include "libsnapshot/records.h"

namespace heapsnap {

class Graph {
 public:
  explicit Graph(GraphArrays arrays);

  // Nodes. All of them, the virtual root and structures included:
  NodeId node_count() const { return arrays_.node_count; }
  NodeId container_count() const { return arrays_.container_count; }
  NodeId root() const { return arrays_.container_count; }
  // Objects alone: what totals, sets and partitions are about.
  NodeId object_count() const { return object_count_; }
  const NodeSet& objects() const { return objects_; }
  bool is_object(NodeId id) const { return objects_.contains(id); }
  // All nodes but the virtual root.
  NodeSet objects_and_structures() const;
  // The node that starts at the address, or kNoNode.
  NodeId find(Address address) const { return arrays_.addresses.find(address); }

  TypeId type_of(NodeId id) const { return arrays_.type[id]; }
  std::uint64_t size(NodeId id) const { return arrays_.size[id]; }          // shallow, bytes
  std::uint64_t refcount(NodeId id) const { return arrays_.refcount[id]; }  // 0: immortal
  std::uint8_t flags(NodeId id) const { return arrays_.flags[id]; }         // NodeFlag
  Address address(NodeId id) const { return arrays_.address[id]; }
  std::uint64_t external(NodeId id) const;  // bytes it owns outside of its size; O(log)

  // What is known of the value of a str, bytes, number or code object.
  std::optional<Value> value(NodeId id) const;
  // The text of a str or bytes, or of its beginning, if the file has it.
  std::optional<std::string_view> text(NodeId id) const;

  // Where nodes were allocated, if the snapshot says so. The first site is kNoSite's.
  bool has_sites() const { return !arrays_.sites.empty(); }
  std::span<const SourceLine> sites() const { return arrays_.sites; }
  SiteId site_of(NodeId id) const { return has_sites() ? arrays_.site[id] : kNoSite; }

  // Edges. A node appears once for each edge: twice if it is referred to twice. Referents are
  // in the order of their record, referrers in increasing order. The virtual root is the
  // referrer of what its root edges lead to.
  std::span<const NodeId> referents(NodeId id) const;
  std::span<const NodeId> referrers(NodeId id) const;
  std::span<const WeakEdge> weak_referents(NodeId id) const;  // O(log)
  std::vector<WeakEdge> weak_referrers(NodeId id) const;      // O(log)
  std::uint64_t edge_count() const { return arrays_.referents_begin[container_count()]; }
  FormId form_of(NodeId container) const { return arrays_.form[container]; }
  const FormTable& forms() const { return arrays_.forms; }
  const KeysRecord* keys(std::uint64_t id) const;  // null: unknown

  // Types. Ids are below type_count(); 0 is the virtual root's.
  TypeId type_count() const { return static_cast<TypeId>(arrays_.types.size()); }
  const TypeRecord& type(TypeId id) const { return arrays_.types[id]; }
  // As it prints: module.qualname, builtins as the bare name, with @address if several types
  // have the name.
  std::string type_name(TypeId id) const;
  NodeId type_node(TypeId id) const;  // the type object, or kNoNode

  // Root edges: those of the file in its order, then the derived ones, by kind and then target.
  // referents(root()) are their targets.
  std::span<const RootEdge> roots() const { return arrays_.roots; }
  std::string_view root_label(const RootEdge& edge) const;  // empty for derived roots

  // The rest of the snapshot, as recorded.
  const Provenance& provenance() const { return arrays_.provenance; }
  const Structures& structures() const { return arrays_.recorded_structures; }
  const Damage& damage() const { return arrays_.damage; }

  // As a whole, to be written down (graph_index.h).
  const GraphArrays& arrays() const { return arrays_; }

 private:
  void find_shared_names();

  GraphArrays arrays_;
  NodeSet objects_;
  NodeId object_count_;
  std::vector<bool> shares_name_;  // by type
};

// Here, as algorithms ask for them once a node.
inline std::span<const NodeId> Graph::referents(NodeId id) const {
  if (id < container_count()) {
    const std::uint32_t begin = arrays_.referents_begin[id];
    return {arrays_.referents.data() + begin, arrays_.referents_begin[id + 1] - begin};
  }
  if (id == root()) return arrays_.root_targets;
  return {};
}

inline std::span<const NodeId> Graph::referrers(NodeId id) const {
  const std::uint32_t begin = arrays_.referrers_begin[id];
  return {arrays_.referrers.data() + begin, arrays_.referrers_begin[id + 1] - begin};
}

}  // namespace heapsnap
