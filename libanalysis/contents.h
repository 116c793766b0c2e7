// What the contents of an object say of it and of the object that stands at its address in a later
// snapshot of the process: whether they are one.
//
// Only what is an object's own counts: referents that are mortal and that at most four others refer
// to. Contents are told by values as far as the snapshots have them, and by the contents of what is
// referred to, three references deep.
#pragma once

#include <cstdint>

#include "libanalysis/array.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

// Whoever gives an attribute another value makes that value while the old one is still there: the
// two stand at different addresses. What is different at the same address was freed before, as it is
// with the object that had it.
enum class Contents : std::uint8_t {
  kUnknown,     // nothing is known that could have changed
  kSame,        // something was kept, nothing was replaced
  kMixed,       // something was kept, something was replaced
  kUnclear,     // something was replaced, of the rest nothing is known
  kReplaced,    // everything was replaced, by what stands at other addresses
  kReusedOnce,  // nothing is known to be kept, and at one address stands something else
  kReused,      // at several
  kImpossible,  // it cannot be the object: what never changes is different
};

// By older node; of those without a node at their address and of their type, kImpossible. O(edges)
// on so many threads.
Array<Contents> compare_contents(const Graph& older, const Graph& newer,
                                 const Array<NodeId>& newer_of, unsigned threads);

// Whether instances change by taking in and giving away: lists, dicts, sets, deques.
bool is_growable(const TypeRecord& type);

}  // namespace heapsnap
