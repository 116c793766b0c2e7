// Which objects of a process are still there at a later moment, judged from those that stand at one
// address and have one type in both snapshots: an address may have been freed and used again.
//
// What never goes away (immortal objects, static types) and what roots hold has survived. A
// survivor that still refers to an address by the same label holds the object that it held before,
// unless the object's contents speak against it (contents.h); a weak reference that survived tells
// for certain. Without a holder the contents decide. What no evidence speaks for or against is
// uncertain: it is taken for a survivor, and said to be uncertain.
#pragma once

#include "libanalysis/array.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

enum class Survival : std::uint8_t { kUncertain, kSurvived, kReplaced };

// By older node; of those without a node at their address and of their type, kReplaced. The same
// judgement whichever snapshot is called the older. O(V + E) for what did not change.
Array<Survival> judge_survival(const Graph& older, const Graph& newer,
                               const Array<NodeId>& newer_of, const Array<NodeId>& older_of,
                               unsigned threads);

}  // namespace heapsnap
