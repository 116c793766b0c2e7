// NodeRecord is one node record as docs/format.md section 6 defines it, outside of its encoding.
//
// The agent's walker fills one and hands it to the NodeEncoder; the NodeDecoder yields the same.
// It owns nothing: the pointers are valid until the next record. Freestanding, as format.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "libsnapshot/format.h"

namespace heapsnap {

struct NodeRecord {
  Address address = 0;
  std::uint64_t size = 0;      // shallow, bytes
  std::uint64_t refcount = 0;  // 0: immortal
  std::uint64_t start = 0;     // edges written before, in a continuation
  std::uint64_t keys = 0;      // id of the key table of the part `values`
  std::uint64_t external = 0;  // bytes, of the part `external`
  std::uint32_t type = 0;
  std::uint32_t flags = 0;     // NodeFlag
  std::uint32_t parts = 0;     // bit(Part)
  std::uint32_t counts[kPartCount] = {};    // edges of each part; pairs in paired parts
  const std::uint16_t* offsets = nullptr;   // word offsets: of words, then of weak
  const Address* edges = nullptr;           // of all parts, in order; 0 is NULL. The part
                                            // `locals` has the code object before its edges
  const std::uint8_t* value = nullptr;      // the part `value`, encoded
  std::size_t value_size = 0;
};

// Addresses that the part takes up in `edges`.
constexpr std::size_t edge_slots(const NodeRecord& node, Part part) {
  if (!(node.parts & bit(part))) return 0;
  const std::size_t count = node.counts[static_cast<std::size_t>(part)];
  if (part == Part::kLocals) return count + 1;
  return (kPairedParts & bit(part)) ? 2 * count : count;
}

}  // namespace heapsnap
