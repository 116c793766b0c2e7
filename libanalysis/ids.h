// The small integers that name things in a graph.
//
// All are dense and belong to one graph or one classification: they index arrays, and do not
// mean anything elsewhere. What lasts across snapshots is an address or a name.
#pragma once

#include <cstdint>
#include <limits>

namespace heapsnap {

// Containers (nodes that refer to something) in address order, then the virtual root, then
// leaves in address order.
using NodeId = std::uint32_t;

// A type record. 0 is no type of the target's: that of the virtual root.
using TypeId = std::uint32_t;

// A class of a classification.
using KindId = std::uint32_t;

// What containers with equally labelled edges share (form.h).
using FormId = std::uint32_t;

// A line that allocated objects. 0 is that of objects of which it is not known.
using SiteId = std::uint32_t;

inline constexpr NodeId kNoNode = std::numeric_limits<NodeId>::max();
inline constexpr KindId kNoKind = std::numeric_limits<KindId>::max();
inline constexpr FormId kNoForm = std::numeric_limits<FormId>::max();
inline constexpr TypeId kNoType = 0;
inline constexpr SiteId kNoSite = 0;

}  // namespace heapsnap
