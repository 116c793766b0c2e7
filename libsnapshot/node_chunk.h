// NodeChunk is the decoded contents of one nodes chunk: its records in the order of the file.
//
//     for (const NodeEntry& node : chunk.nodes()) {
//       const NodeShape& shape = chunk.shape_of(node);
//       chunk.edges(node);                          // of all parts, in order; 0 is NULL
//       chunk.edges(node, Part::kItems);            // of one part; empty if it has none
//       if (shape.parts & bit(Part::kValue)) interpret(chunk.value(node), layout);
//     }
//
// What records of a type have in common is kept once, in a shape: flags, parts, the offsets of
// words and the counts. Records that say "as the last one of my type" share its shape, so a few
// shapes serve most of a chunk; equal shapes may exist twice.
//
// An entry's edges are one slice of one array. Nothing is known of addresses but that they were
// written: whether they are nodes, and whether types exist, is the graph's to check. Views are
// valid until the chunk is decoded into again. Filled by NodeDecoder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libsnapshot/format.h"
#include "libsnapshot/node_record.h"
#include "libsnapshot/raw_value.h"

namespace heapsnap {

struct NodeShape {
  std::uint32_t flags;   // NodeFlag
  std::uint32_t parts;   // bit(Part), those that this version knows
  std::uint32_t edges;   // addresses in edges(): of all parts, with the code object of locals
  std::uint32_t counts;  // where its counts begin, one for each of its parts that has edges
  std::uint32_t offsets;        // where its word offsets begin
  std::uint32_t unknown_parts;  // those of later versions
  bool remembered;              // the next record of the type may refer to its form
};

struct NodeEntry {
  Address address;
  std::uint64_t size;
  std::uint64_t refcount;    // 0: immortal
  std::uint32_t type;        // > 0
  std::uint32_t shape;
  std::uint32_t first_edge;
  std::uint32_t keys;        // id of the key table of the part `values`
  std::uint32_t value;       // where in the payload its value begins, if it has that part
  std::uint32_t rare;        // 0, or one more than its place among what few records have
};

class NodeChunk {
 public:
  std::span<const NodeEntry> nodes() const { return {nodes_.get(), node_count_}; }

  // Every edge of the chunk, that of an entry being `shape.edges` from `first_edge`.
  std::span<const Address> edges() const { return {edges_.get(), edge_count_}; }
  std::span<const Address> edges(const NodeEntry& node) const {
    return {edges_.get() + node.first_edge, shape_of(node).edges};
  }
  // Those of one part; of locals without the code object, which comes before them.
  std::span<const Address> edges(const NodeEntry& node, Part part) const;
  Address code(const NodeEntry& node) const;  // of the part `locals`; 0 if it has none

  std::span<const NodeShape> shapes() const { return shapes_; }
  const NodeShape& shape_of(const NodeEntry& node) const { return shapes_[node.shape]; }

  // In the unit of the part: edges, or pairs. 0 if it has none.
  std::uint32_t count(const NodeShape& shape, Part part) const;

  // Word offsets: of words, then of weak.
  std::span<const std::uint16_t> offsets(const NodeShape& shape) const {
    return {offsets_.data() + shape.offsets,
            std::size_t{count(shape, Part::kWords)} + count(shape, Part::kWeak)};
  }

  RawValue value(const NodeEntry& node) const;  // empty if it has none
  std::uint64_t external(const NodeEntry& node) const { return rare_of(node).external; }
  std::uint64_t start(const NodeEntry& node) const { return rare_of(node).start; }

  // All of it; the pointers are into the chunk.
  NodeRecord record(const NodeEntry& node) const;

 private:
  friend class NodeDecoder;

  struct Rare {
    std::uint64_t external = 0;
    std::uint64_t start = 0;
  };
  void make_room(std::size_t payload_size);
  Rare rare_of(const NodeEntry& node) const { return node.rare ? rare_[node.rare - 1] : Rare{}; }

  std::span<const std::uint8_t> payload_;
  std::size_t room_ = 0;                // for what a payload of that size can hold at most
  std::unique_ptr<NodeEntry[]> nodes_;
  std::unique_ptr<Address[]> edges_;
  std::size_t node_count_ = 0;
  std::size_t edge_count_ = 0;
  std::vector<NodeShape> shapes_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint16_t> offsets_;
  std::vector<Rare> rare_;
};

}  // namespace heapsnap
